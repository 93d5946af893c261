namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>What is to be done about the access rules of mirrored topics: decided, and nothing of it done yet.</summary>
internal sealed record AclPlan
{
    /// <summary>
    /// Why there is nothing to do: a side has no access rules, or does not let them be read. Null when they can be compared.
    /// </summary>
    public string? Off { get; init; }

    /// <summary>Whether <see cref="Off"/> is as it should be, for want of an authorizer, and not a refusal.</summary>
    public bool IsWithoutAuthorizer { get; init; }

    public IReadOnlyList<TopicAcl> Add { get; init; } = [];

    /// <summary>Copies of what vanished from the source.</summary>
    public IReadOnlyList<TopicAcl> Remove { get; init; } = [];

    /// <summary>Rules on both sides.</summary>
    public IReadOnlyList<TopicAcl> Copied { get; init; } = [];

    public IReadOnlyList<AclNote> Notes { get; init; } = [];
}
