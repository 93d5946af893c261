namespace Heliostat.Tests.Structure;

/// <summary>The checkout these tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files below <paramref name="folder"/>, without what the build makes.</summary>
    public static IEnumerable<string> Under(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(part => part is "bin" or "obj"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Heliostat.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Heliostat.slnx is in no folder above the tests");
        }

        return folder.FullName;
    }
}
