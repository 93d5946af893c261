namespace Heliostat.Configuration.Files;

/// <summary>A file that the command line named.</summary>
public static class NamedFile
{
    /// <summary>All its bytes.</summary>
    /// <param name="option">The option it was given to, for messages; null where the file is what the command is about.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static byte[] Read(string? option, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? $"there is no file '{path}'"
                : Directory.Exists(path) ? $"'{path}' is a folder, not a file"
                : e is UnauthorizedAccessException ? $"this user may not read the file '{path}'"
                : $"the file '{path}' cannot be read: {e.Message}";
            throw new ConfigurationException([new ConfigurationProblem { Key = option, Message = why }]);
        }
    }
}
