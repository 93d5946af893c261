namespace Heliostat.Client.Authentication;

/// <summary>Small files with credentials in them.</summary>
internal static class TextFile
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>The whole text; throws <see cref="SaslException"/> that names <paramref name="key"/>, the setting to look at.</summary>
    public static string Read(string path, string key)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes }
                ? throw new SaslException(SaslFailure.NoCredential, $"{path} ({key}) is too large to be what it should be")
                : File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"there is no file {path} ({key})", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SaslException(SaslFailure.NoCredential, $"{path} ({key}) cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
