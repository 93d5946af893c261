namespace Heliostat.Broker.Topics;

/// <summary>Which names a topic may have (Topic.validate).</summary>
internal static class TopicNames
{
    private const int MaxLength = 249;

    /// <summary>Why the name is refused, in Kafka's words; null when it is fine.</summary>
    public static string? Check(string name)
    {
        if (name.Length == 0) return "Topic name is invalid: the empty string is not allowed";
        if (name is "." or "..") return $"Topic name is invalid: '{name}' is not allowed";
        if (name.Length > MaxLength)
            return $"Topic name is invalid: the length of '{name}' is longer than the max allowed length {MaxLength}";
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
        }

        return null;
    }

    /// <summary>Topics whose names differ only in '.' and '_' would share their metrics' names.</summary>
    public static string Normalized(string name) => name.Replace('.', '_');
}
