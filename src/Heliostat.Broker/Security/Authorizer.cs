using System.Collections.Immutable;
using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Security;

/// <summary>
/// Keeps access rules, and decides by them where they are enforced (StandardAuthorizer): a denial wins, without a rule nothing is allowed.
/// </summary>
/// <param name="options">Who is above rules, and what holds without one.</param>
/// <param name="journal">Keeps the rules.</param>
internal sealed class Authorizer(AuthorizerOptions options, StateJournal journal)
{
    private readonly Lock _changing = new();
    private ImmutableHashSet<AclBinding> _acls = [];

    public ImmutableHashSet<AclBinding> Acls => Volatile.Read(ref _acls);

    public bool IsEnforced => options.IsEnforced;

    public void Add(AclBinding acl)
    {
        lock (_changing)
        {
            if (_acls.Contains(acl)) return;

            journal.Write(new AclRecord(acl));
            Volatile.Write(ref _acls, _acls.Add(acl));
        }
    }

    public void Restore(AclRecord record) => _acls = _acls.Add(record.Acl);

    /// <summary>Removes the rules that match and returns them.</summary>
    public IReadOnlyList<AclBinding> Remove(AclFilter filter)
    {
        lock (_changing)
        {
            var removed = _acls.Where(filter.Matches).ToList();
            journal.Write([.. removed.Select(acl => StateChange.Removal(AclRecord.KeyOf(acl)))]);
            Volatile.Write(ref _acls, _acls.Except(removed));
            return removed;
        }
    }

    public bool IsAllowed(string principal, string host, AclOperation operation, ResourceType type, string name)
    {
        if (!options.IsEnforced || options.SuperUsers.Contains(principal)) return true;

        var allowed = false;
        var covered = false;
        foreach (var acl in Acls)
        {
            if (!acl.Covers(type, name)) continue;

            covered = true;
            if (!acl.IsFor(principal, host)) continue;
            if (acl.Permission == AclPermission.Deny && acl.Operation is var denied && (denied == AclOperation.All || denied == operation))
                return false;
            allowed |= acl.Permission == AclPermission.Allow && Implies(acl.Operation, operation);
        }

        return covered ? allowed : options.AllowsWithoutRule;
    }

    /// <summary>Whether the principal may do this to any resource of the type (KIP-679).</summary>
    public bool IsAllowedSomewhere(string principal, string host, AclOperation operation, ResourceType type)
    {
        if (!options.IsEnforced || options.SuperUsers.Contains(principal)) return true;

        return options.AllowsWithoutRule || Acls.Any(acl => acl.ResourceType == type && acl.Permission == AclPermission.Allow
            && acl.IsFor(principal, host) && Implies(acl.Operation, operation));
    }

    private static bool Implies(AclOperation held, AclOperation asked) => held == asked || held == AclOperation.All || asked switch
    {
        AclOperation.Describe => held is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
        AclOperation.DescribeConfigs => held == AclOperation.AlterConfigs,
        _ => false,
    };
}
