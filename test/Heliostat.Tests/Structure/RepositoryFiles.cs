using Heliostat.Testing;

namespace Heliostat.Tests.Structure;

/// <summary>The checkout these tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Root => RepositoryFolder.Path;

    /// <summary>Source files below <paramref name="folder"/>, without what the build makes.</summary>
    public static IEnumerable<string> Under(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(part => part is "bin" or "obj" or "node_modules"));
}
