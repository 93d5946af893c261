namespace Heliostat.Mirroring.Flows;

/// <summary>Why a topic could not be opened, since when, how often, and when it is tried next.</summary>
internal sealed record OpeningTrouble(string Cause, DateTimeOffset Since, int Attempts, DateTimeOffset RetryAt)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    public static OpeningTrouble First(string cause, DateTimeOffset now) => new(cause, now, 1, now + FirstRetry);

    /// <summary>It failed once more: the wait doubles.</summary>
    public OpeningTrouble Again(string cause, DateTimeOffset now)
    {
        var wait = FirstRetry * Math.Pow(2, Math.Min(Attempts, 5));
        return this with { Cause = cause, Attempts = Attempts + 1, RetryAt = now + (wait < LastRetry ? wait : LastRetry) };
    }
}
