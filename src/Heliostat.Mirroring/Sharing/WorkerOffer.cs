namespace Heliostat.Mirroring.Sharing;

/// <summary>What a worker says of itself when it joins (docs/formats.md).</summary>
/// <param name="Name">How its operator knows it: host and process.</param>
/// <param name="Slots">How many slots it takes the flow to have.</param>
/// <param name="Held">Slots that nobody else may be given now: it has them, or has begun to take or to give them up.</param>
/// <param name="Leaving">Those of them that it is giving up.</param>
/// <param name="Load">What each slot that it has costs: bytes a second, and something for each lane.</param>
/// <param name="File">What of its file decides what is written: a digest for each key.</param>
internal sealed record WorkerOffer(
    string Name, int Slots, IReadOnlySet<int> Held, IReadOnlySet<int> Leaving, IReadOnlyDictionary<int, long> Load,
    IReadOnlyDictionary<string, string> File)
{
    /// <summary>The process, among all of all machines; null where that cannot be told.</summary>
    public string? Process { get; init; }

    /// <summary>It can open lanes at once.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>It gives up all that it has and is gone then: it is given nothing.</summary>
    public bool IsStopping { get; init; }

    public byte[] Write() => WorkerJson.Write(json =>
    {
        json.WriteNumber("version", 1);
        json.WriteString("worker", Name);
        if (Process is not null)
        {
            json.WriteString("process", Process);
        }

        if (!IsReady)
        {
            json.WriteBoolean("ready", false);
        }

        if (IsStopping)
        {
            json.WriteBoolean("stopping", true);
        }

        json.WriteNumber("slots", Slots);
        WorkerJson.Write(json, "held", Held);
        WorkerJson.Write(json, "leaving", Leaving);
        json.WriteStartObject("load");
        foreach (var (slot, load) in Load.Where(load => load.Value > 0))
        {
            json.WriteNumber(WorkerJson.Text(slot), load);
        }

        json.WriteEndObject();
        json.WriteStartObject("file");
        foreach (var (key, digest) in File)
        {
            json.WriteString(key, digest);
        }

        json.WriteEndObject();
    });

    /// <summary>Null where it is no such thing.</summary>
    public static WorkerOffer? Read(ReadOnlyMemory<byte> bytes) => WorkerJson.Read(bytes, json => new WorkerOffer(
        json.GetProperty("worker").GetString()!,
        json.GetProperty("slots").GetInt32(),
        WorkerJson.Slots(json, "held"),
        WorkerJson.Slots(json, "leaving"),
        json.GetProperty("load").EnumerateObject().ToDictionary(load => WorkerJson.Slot(load.Name), load => load.Value.GetInt64()),
        json.GetProperty("file").EnumerateObject().ToDictionary(key => key.Name, key => key.Value.GetString()!, StringComparer.Ordinal))
    {
        Process = json.TryGetProperty("process", out var process) ? process.GetString() : null,
        IsReady = !json.TryGetProperty("ready", out var ready) || ready.GetBoolean(),
        IsStopping = json.TryGetProperty("stopping", out var stopping) && stopping.GetBoolean(),
    });

    public long LoadOf(int slot) => Load.GetValueOrDefault(slot);
}
