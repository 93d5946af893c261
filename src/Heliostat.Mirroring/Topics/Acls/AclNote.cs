namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>What an operator should know of one access rule of the source.</summary>
/// <param name="Rule">The rule in words.</param>
/// <param name="Note">What becomes of it, and why.</param>
public sealed record AclNote(string Rule, string Note);
