namespace Heliostat.Client.Membership;

/// <summary>A generation that a member is in.</summary>
/// <param name="Protocol">The protocol that the group agreed on.</param>
/// <param name="Share">What the leader gave this member.</param>
/// <param name="Leads">This member makes the assignments.</param>
/// <param name="AskedAt">When the request was sent that the coordinator answered with it, in timestamps of the clock.</param>
internal sealed record EnteredGeneration(string Protocol, ReadOnlyMemory<byte> Share, bool Leads, long AskedAt);
