using System.Text.Json;
using Heliostat.Mirroring.Audit;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary>
/// The progress of a verification in a file, so that one that was ended goes on; nothing without a file. Gone when it is through.
/// </summary>
internal sealed class VerifyState(string? path)
{
    private readonly List<IReadOnlyList<LaneReport>> _flows = Read(path);

    /// <summary>What was found of a flow before; of lanes that were not begun nothing is kept.</summary>
    public IReadOnlyList<LaneReport> Of(int flow) => flow < _flows.Count ? _flows[flow] : [];

    public void Keep(int flow, IReadOnlyList<LaneReport> lanes)
    {
        if (path is null || lanes.Count == 0)
        {
            return;
        }

        while (_flows.Count <= flow)
        {
            _flows.Add([]);
        }

        _flows[flow] = [.. lanes.Where(lane => lane.From >= 0)];
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(_flows, OutputJson.Default.ListIReadOnlyListLaneReport));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Forget()
    {
        if (path is not null)
        {
            File.Delete(path);
        }
    }

    /// <exception cref="IOException">It cannot be read.</exception>
    private static List<IReadOnlyList<LaneReport>> Read(string? path)
    {
        if (path is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new IOException($"--state: there is no folder for '{path}'");
        }

        try
        {
            return path is not null && File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), OutputJson.Default.ListIReadOnlyListLaneReport) ?? [] : [];
        }
        catch (JsonException)
        {
            throw new IOException($"--state: '{path}' is not the progress of a verification");
        }
    }
}
