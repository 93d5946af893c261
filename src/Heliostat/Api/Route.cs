using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>Something that can be asked for.</summary>
/// <param name="Method">GET, PUT and so on.</param>
/// <param name="Path"><c>/api/v1/flows/{flow}</c>; a name in braces is one segment, whatever is encoded in it.</param>
/// <param name="Needs">Who may ask.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Answer">Answers.</param>
internal sealed record Route(string Method, string Path, Role Needs, string Summary, Func<Call, Task> Answer)
{
    private string[] Segments { get; } = Path.Split('/')[1..];

    /// <summary>What it answers with; null where that is no JSON.</summary>
    public JsonTypeInfo? Gives { get; init; }

    /// <summary>What may stand behind the question mark, each with what it means.</summary>
    public IReadOnlyList<(string Name, string Means)> Query { get; init; } = [];

    /// <summary>What the body may have, each with what it means; none where there is no body.</summary>
    public IReadOnlyList<(string Name, string Means)> Body { get; init; } = [];

    /// <summary>
    /// It is ours and changes something: what is asked of it and not known is refused, as it may be a <c>dry_run</c> in the wrong place.
    /// </summary>
    public bool Changes => Method != "GET" && Path.StartsWith("/api/", StringComparison.Ordinal);

    /// <summary>Whether a name may stand behind the question mark.</summary>
    public bool Asks(string name) => Query.Any(known => known.Name == name);

    /// <summary>What answers a name that is none of those known there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">What may stand there.</param>
    /// <param name="there">Where it stood.</param>
    public Refusal Unknown(string name, IReadOnlyList<(string Name, string Means)> known, string there) => new(
        StatusCodes.Status400BadRequest, $"{name}: is nothing that {Method} {Path} takes {there}",
        Asks(name) ? $"it stands behind the question mark: ?{name}=true"
            : Body.Any(field => field.Name == name) ? "it stands in the body"
            : known.Count == 0 ? "nothing may stand there" : $"what may: {string.Join(", ", known.Select(field => field.Name))}");

    /// <summary>The names in its path.</summary>
    public IEnumerable<string> Names => Segments.Where(IsName).Select(segment => segment[1..^1]);

    /// <summary>The names in a path of decoded segments; null when it is another path.</summary>
    public Dictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != Segments.Length)
        {
            return null;
        }

        var names = new Dictionary<string, string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (IsName(Segments[i]))
            {
                names[Segments[i][1..^1]] = segments[i];
            }
            else if (Segments[i] != segments[i])
            {
                return null;
            }
        }

        return names;
    }

    private static bool IsName(string segment) => segment.StartsWith('{');
}
