namespace Heliostat.Mirroring.Clusters;

/// <summary>Says what a cluster would not do, in its own words and with what helps.</summary>
internal static class Refusal
{
    /// <summary><c>target: cannot create topic 'A.t': TOPIC_AUTHORIZATION_FAILED (…); the mirror needs …</c></summary>
    public static string Text(string side, string what, ErrorCode code, string? message, string? right = null)
    {
        var said = string.IsNullOrEmpty(message) || SaysNoMore(message, code) ? "" : $" ({message.TrimEnd('.')})";
        var hint = right is not null && IsMissingRight(code) ? $"; its principal there needs {right}" : "";
        return $"{side}: cannot {what}: {code.Name()}{said}{hint}";
    }

    /// <summary>The principal lacks a right; nothing about the request itself is wrong.</summary>
    public static bool IsMissingRight(ErrorCode code) =>
        code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;

    /// <summary>Java's words for an authorization error are its name once more, or the whole of the request's insides.</summary>
    private static bool SaysNoMore(string message, ErrorCode code) =>
        (IsMissingRight(code) && message.StartsWith("Request Request(", StringComparison.Ordinal))
        || message.TrimEnd('.').Replace(' ', '_').Equals(code.Name(), StringComparison.OrdinalIgnoreCase);
}
