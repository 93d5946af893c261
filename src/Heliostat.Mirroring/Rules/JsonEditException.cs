namespace Heliostat.Mirroring.Rules;

/// <summary>A field is not what an edit takes.</summary>
internal sealed class JsonEditException : Exception
{
    public JsonEditException(string message)
        : base(message)
    {
    }

    public JsonEditException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public JsonEditException()
    {
    }
}
