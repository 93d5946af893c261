namespace Heliostat.Protocol.Vocabulary;

/// <summary>What names of group states mean.</summary>
public static class GroupStates
{
    /// <summary>The state of this name; <see cref="GroupState.Unknown"/> for one that Kafka 4.3.1 does not know.</summary>
    public static GroupState Parse(string name) =>
        Enum.TryParse<GroupState>(name, out var state) && name.Length > 0 && char.IsLetter(name[0]) ? state : GroupState.Unknown;

    /// <summary>Whether nobody is in the group, so that its positions may be set from outside.</summary>
    public static bool IsIdle(this GroupState state) => state is GroupState.Empty or GroupState.Dead;
}
