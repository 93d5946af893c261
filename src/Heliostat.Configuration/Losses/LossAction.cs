namespace Heliostat.Configuration.Losses;

/// <summary>What a lane does about a loss.</summary>
public enum LossAction
{
    /// <summary>It stops until somebody says how to go on.</summary>
    Halt,

    /// <summary>It is told and kept in the state topic, and the lane goes on behind it.</summary>
    Record,

    /// <summary>It begins at the start of the new log, into the same mirror.</summary>
    Restart,

    /// <summary>It goes back to where both histories part and mirrors on from there; what the target holds beyond stays.</summary>
    Rewind,

    /// <summary>It goes back and mirrors again what the target lacks.</summary>
    Repair,

    /// <summary>The record goes to the topic of dead letters, and the lane goes on behind it.</summary>
    DeadLetter,
}
