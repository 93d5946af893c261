namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>
/// The rules of the target that are known to be copies: each was at some time on both sides. Only these are ever taken away, so that rules which people
/// made on the target stay. For one caller at a time.
/// </summary>
internal sealed class AclLedger
{
    private readonly HashSet<TopicAcl> _copied = [];

    public IReadOnlyCollection<TopicAcl> Copied => _copied;

    public void Remember(IEnumerable<TopicAcl> copies) => _copied.UnionWith(copies);

    public void Forget(IEnumerable<TopicAcl> gone) => _copied.ExceptWith(gone);
}
