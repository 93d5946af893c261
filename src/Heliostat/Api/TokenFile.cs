using System.Security.Cryptography;

namespace Heliostat.Api;

/// <summary>
/// Tokens by their hashes: a line each, <c>NAME ROLE SHA256</c>, and <c>#</c> for what is not meant. Read again when the file has changed;
/// a file that cannot be read or has a line that is none leaves those that were there.
/// </summary>
internal sealed class TokenFile
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private Token[] _tokens;
    private DateTime _written;
    private long _lookedAt;

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="FormatException">A line is no token.</exception>
    public TokenFile(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        _written = File.GetLastWriteTimeUtc(path);
        _tokens = Read(path);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>A line of the file for a token.</summary>
    public static string Line(string name, Role role, string token) =>
        $"{name} {Access.Word(role)} {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)))}";

    /// <summary>The tokens of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="FormatException">A line is no token.</exception>
    public static Token[] Read(string path) =>
    [
        .. from numbered in File.ReadLines(path).Select((text, index) => (Text: text.Trim(), Number: index + 1))
           where numbered.Text.Length > 0 && numbered.Text[0] != '#'
           select Of(numbered.Text) ?? throw new FormatException($"{path}:{numbered.Number}: is not NAME view|operate|admin SHA256"),
    ];

    /// <summary>Whose token has this hash; null where nobody's has. How long it takes says nothing of the hashes.</summary>
    public Token? Find(byte[] hash)
    {
        Token? found = null;
        foreach (var token in Now())
        {
            found = CryptographicOperations.FixedTimeEquals(token.Hash, hash) ? token : found;
        }

        return found;
    }

    public static bool TryRole(string? word, out Role role)
    {
        role = word switch
        {
            "view" => Role.View,
            "operate" => Role.Operate,
            "admin" => Role.Admin,
            _ => Role.None,
        };
        return role != Role.None;
    }

    private Token[] Now()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookEvery)
            {
                _lookedAt = _time.GetTimestamp();
                var written = File.GetLastWriteTimeUtc(_path);
                if (written != _written)
                {
                    try
                    {
                        _tokens = Read(_path);
                        _written = written;
                    }
                    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
                    {
                        // Half written, or gone: those that were there stay until it is whole again.
                    }
                }
            }

            return _tokens;
        }
    }

    private static Token? Of(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var word, { Length: 64 } hash] && TryRole(word, out var role)
            && hash.All(char.IsAsciiHexDigit)
            ? new Token(name, role, Convert.FromHexString(hash))
            : null;
}

/// <summary>Whoever has what hashes to this.</summary>
internal sealed record Token(string Name, Role Role, byte[] Hash);
