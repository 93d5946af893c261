namespace Heliostat.Mirroring.Duties;

/// <summary>What a flow does again and again besides moving records.</summary>
public enum Duty
{
    /// <summary>Where its lanes stand is stored.</summary>
    Positions,

    /// <summary>Topics on the target are made and grown as on the source.</summary>
    Topics,

    /// <summary>Configs of topics are made like the source's.</summary>
    TopicConfigs,

    /// <summary>Access rules of topics are made like the source's.</summary>
    TopicAcls,

    /// <summary>Offset syncs are written for MirrorMaker 2's readers.</summary>
    OffsetSyncs,

    /// <summary>Offset maps drop what the target has deleted.</summary>
    OffsetMaps,

    /// <summary>Where groups would go on on the target is written.</summary>
    Checkpoints,

    /// <summary>Groups of the target that nobody uses are put there.</summary>
    GroupOffsets,

    /// <summary>Heartbeats are written.</summary>
    Heartbeats,

    /// <summary>Schemas of the source's registry are made known to the target's.</summary>
    Schemas,

    /// <summary>What was mirrored is compared with the source.</summary>
    Audit,

    /// <summary>Mirrors of topics that are gone from the source are deleted.</summary>
    Deletions,

    /// <summary>Quotas of clients are made like the source's.</summary>
    Quotas,
}
