namespace Heliostat.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class RepositoryFolder
{
    public static string Path { get; } = Find();

    public static string File(string name) => System.IO.Path.Combine(Path, name);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "Heliostat.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Heliostat.slnx is in no folder above the tests");
        }

        return folder.FullName;
    }
}
