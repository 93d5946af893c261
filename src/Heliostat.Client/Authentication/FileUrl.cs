namespace Heliostat.Client.Authentication;

/// <summary>Paths that Java takes as URLs too: <c>file:/etc/x</c>, <c>file:///etc/x</c>.</summary>
internal static class FileUrl
{
    private const string Scheme = "file:";

    public static bool Is(string value) => value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The path of a file URL; what is none stays as it is.</summary>
    public static string PathOf(string value) =>
        !Is(value) ? value : value[Scheme.Length..] is var rest && rest.StartsWith("//", StringComparison.Ordinal) ? "/"
            + Uri.UnescapeDataString(rest.TrimStart('/')) : Uri.UnescapeDataString(rest);
}
