namespace Heliostat.Simulation.Schedules;

/// <summary>How the mirror of a schedule keeps its positions.</summary>
internal enum MirrorWay
{
    /// <summary>MirrorMaker 1's: in a group of the source, whatever it was used for.</summary>
    Group,

    /// <summary>The quick form's: in a group of the source, each position for the topic of the target that it was made with.</summary>
    Quick,

    /// <summary>MirrorMaker 2's: in the offsets topic of the target.</summary>
    Topic,

    /// <summary>MirrorMaker 2's with <c>exactly.once.source.support</c>: in the transaction of the records.</summary>
    Transaction,
}
