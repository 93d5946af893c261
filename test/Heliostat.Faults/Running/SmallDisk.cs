using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Faults.Running;

/// <summary>A disk with little room, in the place of a folder that nobody uses meanwhile. It needs the right to mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int RoomMegabytes = 24;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private bool _isGone;

    private SmallDisk(string folder) => _folder = folder;

    private string Aside => _folder + "-aside";

    /// <summary>Puts it under <paramref name="folder"/>, whose content is on it then.</summary>
    /// <exception cref="InvalidOperationException">It could not be mounted.</exception>
    public static async Task<SmallDisk> UnderAsync(string folder, CancellationToken ct)
    {
        var disk = new SmallDisk(folder);
        await disk.ShellAsync(
            $"mv \"$0\" \"$1\" && mkdir \"$0\" && mount -t tmpfs -o size=$(( $(du -sm \"$1\" | cut -f1) + {RoomMegabytes} ))m tmpfs \"$0\" "
            + "&& cp -a --sparse=always \"$1\"/. \"$0\"/", ct);
        return disk;
    }

    /// <summary>Takes what room there is.</summary>
    public Task FillAsync(CancellationToken ct) => ShellAsync("cat /dev/zero >\"$0\"/filler 2>\"$1\".words; test -s \"$0\"/filler", ct);

    /// <summary>Makes room: the folder is as large again as the disk that it is on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isGone)
        {
            _isGone = true;
            await ShellAsync(
                "rm -f \"$0\"/filler && rm -rf \"$1\" && mkdir \"$1\" && cp -a --sparse=always \"$0\"/. \"$1\"/ && umount \"$0\" "
                + "&& rmdir \"$0\" && mv \"$1\" \"$0\"", CancellationToken.None);
        }
    }

    private async Task ShellAsync(string script, CancellationToken ct)
    {
        using var words = new TemporaryFolder("disk");
        await using var process = ChildProcess.Start(words.File("sh"), ["sh", "-c", script, _folder, Aside], null, separateErrors: false);
        if (await process.WaitForExitAsync(Within, ct) is not 0 and var status)
        {
            throw new InvalidOperationException($"no small disk under {_folder} ({status}): {process.Tail()}");
        }
    }
}
