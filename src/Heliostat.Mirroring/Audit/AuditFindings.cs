using Heliostat.Mirroring.Comparing;

namespace Heliostat.Mirroring.Audit;

/// <summary>
/// Gathers what was found. Records that are left over on one side wait a while: one that turns up on the other side was moved, neither
/// missing nor foreign.
/// </summary>
internal sealed class AuditFindings
{
    private const int MostPending = 20_000;

    private readonly List<AuditFinding> _all = [];
    private readonly List<(LogRecord? Here, LogRecord? There)> _pending = [];

    /// <summary>What is certain; all of it after <see cref="Close"/>.</summary>
    public IReadOnlyList<AuditFinding> All => _all;

    /// <summary>Nothing waits to be explained.</summary>
    public bool IsSettled => _pending.Count == 0;

    public void Add(AuditKind kind, long source, long target)
    {
        if (_all.Count > 0 && _all[^1].GoesOnWith(kind, source, target))
        {
            _all[^1] = _all[^1] with { Count = _all[^1].Count + 1 };
        }
        else
        {
            _all.Add(new AuditFinding(kind, source, target, 1));
        }
    }

    /// <summary>A source record that does not stand where it should.</summary>
    public void AddSource(in LogRecord here) => Wait((here, null));

    /// <summary>A target record that should not stand where it does.</summary>
    public void AddTarget(in LogRecord there) => Wait((null, there));

    /// <summary>Two records that stand in each other's place.</summary>
    public void AddPair(in LogRecord here, in LogRecord there) => Wait((here, there));

    /// <summary>No more will come: what waits is what it seems.</summary>
    public void Close()
    {
        Dictionary<(UInt128 Print, long Timestamp), int> here = [];
        foreach (var (record, _) in _pending)
        {
            if (record is { } known)
            {
                here[Key(known)] = here.GetValueOrDefault(Key(known)) + 1;
            }
        }

        List<bool> movedThere = [];
        Dictionary<(UInt128 Print, long Timestamp), int> moved = [];
        foreach (var (_, record) in _pending)
        {
            var isMoved = record is { } there && here.GetValueOrDefault(Key(there)) > 0;
            movedThere.Add(isMoved);
            if (isMoved)
            {
                here[Key(record!.Value)]--;
                moved[Key(record.Value)] = moved.GetValueOrDefault(Key(record.Value)) + 1;
            }
        }

        for (var i = 0; i < _pending.Count; i++)
        {
            Conclude(_pending[i].Here, _pending[i].There, movedThere[i], moved);
        }

        _pending.Clear();
    }

    private static (UInt128 Print, long Timestamp) Key(in LogRecord record) => (record.Print, record.IsStamped ? 0 : record.Timestamp);

    private void Conclude(LogRecord? here, LogRecord? there, bool movedThere, Dictionary<(UInt128 Print, long Timestamp), int> moved)
    {
        var movedHere = here is { } left && moved.GetValueOrDefault(Key(left)) > 0;
        if (movedHere)
        {
            moved[Key(here!.Value)]--;
        }

        if (here is { } source && there is { } target && !movedHere && !movedThere)
        {
            Add(source.Print == target.Print ? AuditKind.Timestamp : AuditKind.Differs, source.Offset, target.Offset);
            return;
        }

        if (here is { } gone && !movedHere)
        {
            Add(AuditKind.Missing, gone.Offset, -1);
        }

        if (there is { } other)
        {
            Add(movedThere ? AuditKind.Reordered : AuditKind.Foreign, -1, other.Offset);
        }
    }

    private void Wait((LogRecord? Here, LogRecord? There) left)
    {
        _pending.Add(left);
        if (_pending.Count >= MostPending)
        {
            Close();
        }
    }
}
