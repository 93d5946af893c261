namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// The slots of a worker on their way: wanted, being opened, open, being given back. Behind its owner's lock.
/// <list type="bullet">
/// <item>A. What is wanted or on its way is held: the group gives it to nobody else.</item>
/// <item>B. A slot that is being opened is held until that is over, even if it is wanted no more: its term is being asked for, and an
/// answer that comes late would fence whoever had it by then.</item>
/// </list>
/// </summary>
internal sealed class HeldSlots
{
    private readonly HashSet<int> _open = [];
    private readonly HashSet<int> _opening = [];
    private readonly HashSet<int> _closing = [];
    private IReadOnlySet<int> _wanted = new HashSet<int>();

    /// <summary>Those that nobody else may be given.</summary>
    public IReadOnlySet<int> Held => _open.Union(_wanted).Union(_opening).Union(_closing).ToHashSet();

    /// <summary>Those that are held, and not for long.</summary>
    public IReadOnlySet<int> Leaving => _open.Union(_opening).Union(_closing).Except(_wanted).ToHashSet();

    public bool AnyOpen => _open.Count > 0;

    /// <summary>All that are wanted are open.</summary>
    public bool AreAllOpen => _wanted.IsSubsetOf(_open);

    /// <summary>Its lanes are to be open.</summary>
    public bool IsOpen(int slot) => _wanted.Contains(slot) && _open.Contains(slot);

    /// <summary>Its lanes may be open.</summary>
    public bool MayBeOpen(int slot) => _open.Contains(slot) || _closing.Contains(slot);

    /// <summary>True when something of before is free by that: it has no lanes to give back, and nobody else would say so.</summary>
    public bool Want(IReadOnlySet<int> slots)
    {
        var freed = _wanted.Except(slots).Except(_open).Except(_opening).Except(_closing).Any();
        _wanted = slots;
        return freed;
    }

    /// <summary>What is wanted and not open yet.</summary>
    public HashSet<int> BeginOpening()
    {
        HashSet<int> coming = [.. _wanted.Except(_open)];
        _opening.UnionWith(coming);
        return coming;
    }

    /// <summary>
    /// Opening these is over; what is wanted no more is open all the same, and given back like the rest. True where there is such.
    /// </summary>
    public bool Opened(HashSet<int> coming, bool isDone)
    {
        _opening.Clear();
        _open.UnionWith(coming.Where(slot => isDone || !_wanted.Contains(slot)));
        return coming.Except(_wanted).Any();
    }

    /// <summary>What is open and wanted no more.</summary>
    public int[] BeginClosing()
    {
        _closing.UnionWith(_open.Except(_wanted));
        _open.ExceptWith(_closing);
        return [.. _closing];
    }

    public void Closed() => _closing.Clear();

    /// <summary>All may be others' by now.</summary>
    public void Lose()
    {
        _open.Clear();
        _opening.Clear();
        _wanted = new HashSet<int>();
    }
}
