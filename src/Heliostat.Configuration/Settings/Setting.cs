using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Settings;

/// <summary>One setting, declared once: parsing, help, reference pages and the list of what has no effect all come from it.</summary>
public abstract class Setting
{
    /// <summary>The key as it stands in a properties file.</summary>
    public required string Key { get; init; }

    public required SettingType Type { get; init; }

    /// <summary>Heliostat's default as it would be written in a file; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>The default of Kafka's client where Heliostat's is another; otherwise null.</summary>
    public string? KafkaDefault { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The allowed values in words, or null when the type says it all.</summary>
    public string? Allowed { get; init; }

    /// <summary>The first Kafka version whose clients have it; null when it has always been there.</summary>
    public string? Since { get; init; }

    /// <summary>The first Kafka version that no longer has it; null when the newest has.</summary>
    public string? RemovedIn { get; init; }

    /// <summary>Of a removed setting: the one that took its place, or null when there is none.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Whether it is Heliostat's own, which Kafka's tools do not know and ignore.</summary>
    public bool IsOwn => Key.StartsWith("heliostat.", StringComparison.Ordinal);

    /// <summary>Why it is read and has no effect, or null when it is honoured.</summary>
    public string? NoEffect { get; init; }

    /// <summary>Of a setting without effect: the values that ask for what happens anyway, so that nobody need be warned.</summary>
    public IReadOnlyList<string> Granted { get; init; } = [];

    /// <summary>What is wrong with <paramref name="value"/>, or null.</summary>
    public abstract string? Check(string value);

    /// <summary>
    /// What looks like a comment in a good <paramref name="value"/> of this setting, and is a part of it; null for nothing.
    /// </summary>
    public string? CommentIn(string value) =>
        Type is not SettingType.Password && Comment(value) is { } comment
            ? $"{Shown(value)} is taken as it stands, '{comment}' with it: a comment must have a line of its own"
            : null;

    /// <summary>From a <c>#</c> after a blank to the end.</summary>
    private protected static string? Comment(string value)
    {
        var at = value.AsSpan().IndexOfAny(" \t") < 0
            ? -1
            : Math.Max(value.IndexOf(" #", StringComparison.Ordinal), value.IndexOf("\t#", StringComparison.Ordinal));
        return at < 0 ? null : value[(at + 1)..].Trim();
    }

    /// <summary>How a value of this setting may be shown.</summary>
    public string Shown(string value) => IsSecret(value) ? new Secret(value).ToString() : $"'{value}'";

    /// <summary>Whether a value is not to be shown: passwords, and addresses with a user in them.</summary>
    public bool IsSecret(string value) =>
        Type == SettingType.Password || HasLogin(value);

    /// <summary>Whether a value is an address with a user in it.</summary>
    internal static bool HasLogin(string value) =>
        value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal);
}
