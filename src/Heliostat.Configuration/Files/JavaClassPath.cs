using System.IO.Compression;

namespace Heliostat.Configuration.Files;

/// <summary>A class path, as the option <c>-cp</c> of Java takes it: jars, folders, and all jars of a folder (<c>folder/*</c>).</summary>
internal static class JavaClassPath
{
    /// <summary>Entries that name nothing.</summary>
    public static IEnumerable<string> Missing(string path) => Entries(path)
        .Where(entry => IsOfAll(entry) ? !Directory.Exists(Folder(entry)) : !File.Exists(entry) && !Directory.Exists(entry));

    /// <summary>The jar or folder that has a class; null where none does.</summary>
    public static string? Find(string path, string name)
    {
        var file = $"{name.Replace('.', '/')}.class";
        return Entries(path).Except(Missing(path))
            .SelectMany(entry => IsOfAll(entry) ? Directory.EnumerateFiles(Folder(entry), "*.jar") : [entry])
            .FirstOrDefault(entry => Directory.Exists(entry) ? File.Exists(Path.Combine(entry, file)) : Has(entry, file));
    }

    private static string[] Entries(string path) =>
        path.Split(Path.PathSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOfAll(string entry) => entry.EndsWith('*');

    private static string Folder(string entry) => entry.TrimEnd('*') is { Length: > 0 } folder ? folder : ".";

    private static bool Has(string jar, string file)
    {
        try
        {
            using var open = ZipFile.OpenRead(jar);
            return open.GetEntry(file) is not null;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
