using System.Collections.Concurrent;

namespace Heliostat.Mirroring.Ownership;

/// <summary>The newest mark of each slot, as the state topic has it. Thread-safe.</summary>
internal sealed class SlotMarks
{
    private readonly ConcurrentDictionary<int, SlotMark> _marks = new();

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (SlotMark.Read(key, value) is { } mark)
        {
            _marks[mark.Slot] = mark;
        }
    }

    public SlotMark? Of(int slot) => _marks.GetValueOrDefault(slot);
}
