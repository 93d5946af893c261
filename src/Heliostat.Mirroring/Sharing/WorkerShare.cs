namespace Heliostat.Mirroring.Sharing;

/// <summary>What the group's leader tells a worker (docs/formats.md).</summary>
/// <param name="Slots">What it is to have.</param>
/// <param name="Workers">How many workers take part, those with another file left out.</param>
/// <param name="Differs">Keys of its file that differ from that of the others: it gets nothing while there are any.</param>
internal sealed record WorkerShare(IReadOnlySet<int> Slots, int Workers, IReadOnlyList<string> Differs)
{
    /// <summary>Slots are about to change hands, be it between others.</summary>
    public bool IsMoving { get; init; }

    public byte[] Write() => WorkerJson.Write(json =>
    {
        json.WriteNumber("version", 1);
        WorkerJson.Write(json, "slots", Slots);
        json.WriteNumber("workers", Workers);
        if (IsMoving)
        {
            json.WriteBoolean("moving", true);
        }

        json.WriteStartArray("differs");
        foreach (var key in Differs)
        {
            json.WriteStringValue(key);
        }

        json.WriteEndArray();
    });

    /// <summary>No bytes mean nothing; null where it is no such thing.</summary>
    public static WorkerShare? Read(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? new WorkerShare(new HashSet<int>(), 0, []) : WorkerJson.Read(bytes, json => new WorkerShare(
            WorkerJson.Slots(json, "slots"), json.GetProperty("workers").GetInt32(),
            [.. json.GetProperty("differs").EnumerateArray().Select(key => key.GetString()!)])
        {
            IsMoving = json.TryGetProperty("moving", out var moving) && moving.GetBoolean(),
        });
}
