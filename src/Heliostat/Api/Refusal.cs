namespace Heliostat.Api;

/// <summary>A request that is not done; it becomes an answer.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="message">Why, for people.</param>
/// <param name="hint">What would be right; null where the message says it.</param>
internal sealed class Refusal(int status, string message, string? hint = null) : Exception(message)
{
    public int Status => status;

    public string? Hint => hint;
}
