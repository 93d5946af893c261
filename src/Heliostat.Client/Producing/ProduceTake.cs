namespace Heliostat.Client.Producing;

/// <summary>What came of asking a partition for its next batch.</summary>
internal enum ProduceTake
{
    /// <summary>None to send; it left the line.</summary>
    Nothing,

    /// <summary>It waits after a failure and stays in line.</summary>
    Later,

    /// <summary>Its batch is larger than the room left; it stays in line.</summary>
    NoRoom,

    /// <summary>Its leader is asked first where the log ends (W of <see cref="ProduceQueue"/>); it stays in line.</summary>
    Look,

    /// <summary>One batch was taken; it left the line.</summary>
    Taken,

    /// <summary>One batch was taken; it stays in line for the next request.</summary>
    TakenWithMore,
}
