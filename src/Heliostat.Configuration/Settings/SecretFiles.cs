namespace Heliostat.Configuration.Settings;

/// <summary>Files that only their owner should be able to read.</summary>
internal static class SecretFiles
{
    /// <summary>Warns when everybody on this machine can read <paramref name="path"/>.</summary>
    public static void Warn(string? path, string key, SecurityFindings findings)
    {
        if (string.IsNullOrEmpty(path) || OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return;
        }

        if (File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
        {
            findings.Warning(key, $"everybody on this machine can read {path}, which holds a secret: chmod o-r {path}");
        }
    }
}
