namespace Heliostat.Demo.Audit;

/// <summary>What a comparison of both sides came to, in records.</summary>
internal readonly record struct AuditCounts
{
    /// <summary>On both sides, equal in timestamp, key, value and headers.</summary>
    public long Compared { get; init; }

    /// <summary>On the source and not on the target.</summary>
    public long Lost { get; init; }

    /// <summary>On the target more often than on the source.</summary>
    public long Duplicated { get; init; }

    /// <summary>On the target behind one that it is before on the source.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>On the target and not on the source: changed on the way, or written by somebody else.</summary>
    public long Foreign { get; init; }

    /// <summary>Of aborted transactions: on the source, and rightly nowhere else.</summary>
    public long LeftOut { get; init; }

    /// <summary>Compacted away on one side only.</summary>
    public long Superseded { get; init; }

    /// <summary>Taken by retention on one side only.</summary>
    public long Expired { get; init; }

    /// <summary>Nothing is lost, duplicated, out of order or foreign.</summary>
    public bool IsClean => Lost == 0 && Duplicated == 0 && OutOfOrder == 0 && Foreign == 0;

    public static AuditCounts operator +(AuditCounts a, AuditCounts b) => new()
    {
        Compared = a.Compared + b.Compared,
        Lost = a.Lost + b.Lost,
        Duplicated = a.Duplicated + b.Duplicated,
        OutOfOrder = a.OutOfOrder + b.OutOfOrder,
        Foreign = a.Foreign + b.Foreign,
        LeftOut = a.LeftOut + b.LeftOut,
        Superseded = a.Superseded + b.Superseded,
        Expired = a.Expired + b.Expired,
    };
}
