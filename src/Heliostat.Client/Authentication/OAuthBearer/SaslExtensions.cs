namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>What goes with a token (RFC 7628): Confluent Cloud's <c>identityPoolId</c>, say. Equal when all names and values are.</summary>
public sealed class SaslExtensions : IEquatable<SaslExtensions>
{
    private readonly KeyValuePair<string, string>[] _entries;

    /// <summary>Throws <see cref="ArgumentException"/> in words for a name or a value that the message cannot carry.</summary>
    public SaslExtensions(IEnumerable<KeyValuePair<string, string>> entries)
    {
        _entries = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
        foreach (var (name, value) in _entries)
        {
            if (name.Length == 0 || !name.All(char.IsAsciiLetter) || name == "auth")
            {
                throw new ArgumentException(
                    $"the extension '{name}' has a name that OAUTHBEARER cannot carry: letters A to Z only, and not 'auth'");
            }

            if (value.Length == 0 || !value.All(character => character is >= ' ' and <= '~' or '\t' or '\r' or '\n'))
            {
                throw new ArgumentException(
                    $"the extension '{name}' has a value that OAUTHBEARER cannot carry: printable ASCII and at least one character");
            }
        }
    }

    public static SaslExtensions None { get; } = new([]);

    public IReadOnlyList<KeyValuePair<string, string>> Entries => _entries;

    public bool Equals(SaslExtensions? other) => other is not null && _entries.SequenceEqual(other._entries);

    public override bool Equals(object? obj) => Equals(obj as SaslExtensions);

    public override int GetHashCode() => _entries.Aggregate(0, (hash, entry) => HashCode.Combine(hash, entry.Key, entry.Value));

    /// <summary>The names only: a value may be a secret.</summary>
    public override string ToString() => string.Join(",", _entries.Select(entry => entry.Key));
}
