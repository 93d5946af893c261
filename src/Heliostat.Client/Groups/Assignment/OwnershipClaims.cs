namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// Who may keep which partition. Of several members that claim one, the latest generation wins; claims of one generation void each
/// other, since one of them must be wrong and nobody can say which.
/// </summary>
internal sealed class OwnershipClaims
{
    private readonly Dictionary<TopicPartition, Claim> _claims = [];

    public void Add(int member, int generation, IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            if (!_claims.TryGetValue(partition, out var standing) || generation > standing.Generation)
            {
                _claims[partition] = new Claim(member, generation, Contested: false);
            }
            else if (generation == standing.Generation && member != standing.Member)
            {
                _claims[partition] = standing with { Contested = true };
            }
        }
    }

    /// <summary>The index of the member that owns <paramref name="partition"/>; -1 for nobody.</summary>
    public int OwnerOf(TopicPartition partition) => _claims.TryGetValue(partition, out var claim) && !claim.Contested ? claim.Member : -1;

    private readonly record struct Claim(int Member, int Generation, bool Contested);
}
