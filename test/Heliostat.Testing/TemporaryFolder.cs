using System.Globalization;

namespace Heliostat.Testing;

/// <summary>A folder of its own for one test or cluster, in memory where there is room, deleted on dispose.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "heliostat-test-";
    private const long Room = 4L << 30;

    public TemporaryFolder(string purpose)
    {
        var root = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room ? Memory : System.IO.Path.GetTempPath();
        RemoveOrphans(root);
        Path = System.IO.Path.Combine(root, $"{Prefix}{Environment.ProcessId}-{purpose}-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Delete(Path);

    /// <summary>Folders of test hosts that were killed before they could clean up: their process id is in the name.</summary>
    private static void RemoveOrphans(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !Directory.Exists($"/proc/{pid}"))
            {
                Delete(folder);
            }
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Somebody else deletes it too, or a process that is just ending still writes; the next run removes the rest.
        }
    }
}
