namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>What came of an ACL sync.</summary>
/// <param name="Added">Rules that the target has now.</param>
/// <param name="Removed">Rules that it has no more.</param>
/// <param name="Refused">What it would not do, for a person.</param>
internal sealed record AclReport(IReadOnlyList<TopicAcl> Added, IReadOnlyList<TopicAcl> Removed, IReadOnlyList<string> Refused);
