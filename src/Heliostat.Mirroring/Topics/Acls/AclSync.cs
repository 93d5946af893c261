using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>
/// Gives mirrored topics the source's access rules. Only what differs is sent; with <paramref name="removal"/>, copies go when what they
/// were copied from is gone. For one caller at a time.
/// </summary>
internal sealed partial class AclSync(
    AclRules rules, SideNames sides, bool removal, AclLedger ledger, AdminClient source, AdminClient target, TimeProvider time,
    ILogger logger)
{
    private const int AtOnce = 1_000;
    private const int MostNamed = 10;
    private const string AlterRight = "ALTER on the cluster";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(1);

    private readonly RetryClock _retries = new(time, FirstRetry, LastRetry);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Compares both sides and decides; touches nothing.</summary>
    public async Task<AclPlan> PlanAsync(IReadOnlyCollection<MirroredTopic> mirrored, CancellationToken ct)
    {
        var (here, off) = await ReadAsync(source, sides.Source, ct);
        if (here is null)
        {
            return off!;
        }

        (var there, off) = await ReadAsync(target, sides.Target, ct);
        if (there is null)
        {
            return off!;
        }

        var wanted = rules.Wanted(here, mirrored);
        var present = there.ToHashSet();
        return new AclPlan
        {
            Add = [.. wanted.Where(acl => !present.Contains(acl)).OrderBy(acl => acl.ToString(), StringComparer.Ordinal)],
            Remove = removal ? [.. rules.Vanished(here, ledger.Copied).Where(present.Contains)] : [],
            Copied = [.. wanted.Where(present.Contains)],
            Notes = rules.Notes(here, mirrored),
        };
    }

    /// <summary>Does what was decided, all but what was refused before and may not be tried again yet.</summary>
    public async Task<AclReport> ApplyAsync(AclPlan plan, CancellationToken ct)
    {
        if (plan.Off is { } off)
        {
            if (_reported.Add(off))
            {
                LogOff(logger, plan.IsWithoutAuthorizer ? LogLevel.Information : LogLevel.Warning, off);
            }

            return new AclReport([], [], plan.IsWithoutAuthorizer ? [] : [off]);
        }

        foreach (var alike in plan.Notes.GroupBy(note => note.Note).Where(alike => _reported.Add(alike.Key)))
        {
            LogNote(logger, sides.Source, Some(alike.Select(note => note.Rule)), alike.Key);
        }

        ledger.Remember(plan.Copied);
        var refused = new List<string>();
        var added = await AddAsync(plan.Add, refused, ct);
        var removed = await RemoveAsync(plan.Remove, refused, ct);
        ledger.Remember(added);
        ledger.Forget(removed);
        var wanted = plan.Add.Concat(plan.Remove).Select(acl => acl.ToString()).ToHashSet(StringComparer.Ordinal);
        _retries.Keep(wanted.Contains);
        return new AclReport(added, removed, refused);
    }

    private async Task<List<TopicAcl>> AddAsync(IReadOnlyList<TopicAcl> acls, List<string> refused, CancellationToken ct)
    {
        var added = new List<TopicAcl>();
        foreach (var chunk in acls.Where(acl => _retries.IsDue(acl.ToString())).Chunk(AtOnce))
        {
            var results = await target.CreateAclsAsync([.. chunk.Select(acl => acl.ToCreation())], ct);
            for (var i = 0; i < chunk.Length; i++)
            {
                var result = i < results.Count ? results[i] : new AclCreationResult { ErrorCode = ErrorCode.UnknownServerError };
                if (result.ErrorCode == ErrorCode.None)
                {
                    added.Add(chunk[i]);
                }
                else
                {
                    Failed(chunk[i], Refusal.Text(sides.Target, $"add the access rule \"{chunk[i]}\"", result.ErrorCode,
                        result.ErrorMessage, AlterRight));
                }
            }
        }

        Log(added, LogAdded);
        refused.AddRange(Refused(acls));
        return added;
    }

    private async Task<List<TopicAcl>> RemoveAsync(IReadOnlyList<TopicAcl> acls, List<string> refused, CancellationToken ct)
    {
        var removed = new List<TopicAcl>();
        foreach (var chunk in acls.Where(acl => _retries.IsDue(acl.ToString())).Chunk(AtOnce))
        {
            var results = await target.DeleteAclsAsync([.. chunk.Select(acl => acl.ToFilter())], ct);
            for (var i = 0; i < chunk.Length; i++)
            {
                var result = i < results.Count ? results[i] : new DeleteAclsFilterResult { ErrorCode = ErrorCode.UnknownServerError };
                var failed = result.MatchingAcls.Find(acl => acl.ErrorCode != ErrorCode.None);
                var (code, message) = failed is null ? (result.ErrorCode, result.ErrorMessage) : (failed.ErrorCode, failed.ErrorMessage);
                if (code == ErrorCode.None)
                {
                    removed.Add(chunk[i]);
                }
                else
                {
                    Failed(chunk[i], Refusal.Text(sides.Target, $"take away the access rule \"{chunk[i]}\"", code, message, AlterRight));
                }
            }
        }

        Log(removed, LogRemoved);
        refused.AddRange(Refused(acls));
        return removed;
    }

    private IEnumerable<string> Refused(IEnumerable<TopicAcl> acls) =>
        acls.Select(acl => _retries.Failures.GetValueOrDefault(acl.ToString())?.Cause).OfType<string>();

    private void Failed(TopicAcl acl, string cause)
    {
        // A cluster that refuses one for want of a right refuses them all: said once.
        if (_retries.Failed(acl.ToString(), cause) && _reported.Add(cause[(cause.LastIndexOf('"') + 1)..]))
        {
            LogRefused(logger, cause);
        }
    }

    private static async Task<(List<TopicAcl>? Acls, AclPlan? Off)> ReadAsync(AdminClient admin, string side, CancellationToken ct)
    {
        DescribeAclsResponse response;
        try
        {
            response = await admin.DescribeAclsAsync(TopicAcl.AnyTopic, ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            response = new DescribeAclsResponse { ErrorCode = e.Code };
        }

        return response.ErrorCode switch
        {
            ErrorCode.None => ([.. TopicAcl.From(response)], null),
            ErrorCode.SecurityDisabled => (null,
                new AclPlan { Off = $"{side}: no authorizer is configured, so there are no ACLs to copy", IsWithoutAuthorizer = true }),
            var code => (null, new AclPlan
            {
                Off = Refusal.Text(side, "read the ACLs of topics", code, response.ErrorMessage,
                "DESCRIBE on the cluster") + "; no ACLs are copied"
            }),
        };
    }

    private void Log(List<TopicAcl> acls, Action<ILogger, string, string> log)
    {
        if (acls.Count > 0)
        {
            log(logger, sides.Target, Some(acls.Select(acl => acl.ToString())));
        }
    }

    private static string Some(IEnumerable<string> rules)
    {
        string[] all = [.. rules];
        return string.Join("; ", all.Take(MostNamed)) + (all.Length > MostNamed ? $"; and {all.Length - MostNamed} more" : "");
    }

    [LoggerMessage(EventIds.AclsAdded, LogLevel.Information, "{Side}: access rules added, as on the source: {Rules}")]
    private static partial void LogAdded(ILogger logger, string side, string rules);

    [LoggerMessage(EventIds.AclsRemoved, LogLevel.Information,
        "{Side}: access rules taken away, as they are gone from the source: {Rules}")]
    private static partial void LogRemoved(ILogger logger, string side, string rules);

    [LoggerMessage(EventIds.AclRefused, LogLevel.Warning, "{Cause}; the flow goes on, and this is tried again within the hour")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventId = EventIds.AclsOff, Message = "{Why}")]
    private static partial void LogOff(ILogger logger, LogLevel level, string why);

    [LoggerMessage(EventIds.AclNoted, LogLevel.Information, "{Side}: \"{Rules}\": {Note}")]
    private static partial void LogNote(ILogger logger, string side, string rules, string note);
}
