using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics.Acls;

public sealed class AclSyncTests
{
    private static readonly MirroredTopic[] Orders = [new("orders", "A.orders", 1)];
    private static readonly TopicAcl Alice = new("orders", PatternType.Literal, "User:alice", "*", AclOperation.Read, AclPermission.Allow);
    private static readonly TopicAcl Bob = Alice with { Principal = "User:bob" };

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Only_what_is_missing_is_added()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        await pair.Source.CreateAclsAsync([Alice.ToCreation(), Bob.ToCreation()], Ct);
        await pair.Target.CreateAclsAsync([Remote(Bob).ToCreation()], Ct);
        var sync = Sync(pair, removal: false);

        var report = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);
        var again = await sync.PlanAsync(Orders, Ct);

        Assert.Equal([Remote(Alice)], report.Added);
        Assert.Empty(again.Add);
        Assert.Equal([Remote(Alice), Remote(Bob)], (await OnTargetAsync(pair)).OrderBy(a => a.Principal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_copied_goes_with_its_original_only_if_asked_for(bool removal)
    {
        await using var pair = await EmbeddedPair.StartAsync();
        var byHand = Remote(Alice) with { Principal = "User:carol" };
        await pair.Source.CreateAclsAsync([Alice.ToCreation(), Bob.ToCreation()], Ct);
        await pair.Target.CreateAclsAsync([byHand.ToCreation()], Ct);
        var sync = Sync(pair, removal);
        await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);

        await pair.Source.DeleteAclsAsync([Alice.ToFilter()], Ct);
        var report = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);

        Assert.Equal(removal ? [Remote(Alice)] : [], report.Removed);
        TopicAcl[] left = removal ? [Remote(Bob), byHand] : [Remote(Alice), Remote(Bob), byHand];
        Assert.Equal(left, (await OnTargetAsync(pair)).OrderBy(a => a.Principal));
    }

    [Fact]
    public async Task Without_an_authorizer_there_is_nothing_to_do()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        using var fault = pair.A.Faults.Fail(ApiKey.DescribeAcls, ErrorCode.SecurityDisabled, Broker.Faults.FaultRules.Always);
        var sync = Sync(pair, removal: true);

        var plan = await sync.PlanAsync(Orders, Ct);
        var report = await sync.ApplyAsync(plan, Ct);

        Assert.Equal("source A: no authorizer is configured, so there are no ACLs to copy", plan.Off);
        Assert.Empty(report.Refused);
    }

    [Fact]
    public async Task A_target_that_refuses_is_reported()
    {
        await using var pair = await EmbeddedPair.StartAsync();
        await pair.Source.CreateAclsAsync([Alice.ToCreation()], Ct);
        using var fault = pair.B.Faults.Answer<CreateAclsRequest, CreateAclsResponse>(ApiKey.CreateAcls, request =>
            new CreateAclsResponse
            {
                Results = [.. request.Creations.Select(_ => new AclCreationResult { ErrorCode = ErrorCode.ClusterAuthorizationFailed })]
            });
        var sync = Sync(pair, removal: false);

        var report = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);

        Assert.Equal(
            "target B: cannot add the access rule \"User:alice may READ topic 'A.orders'\": CLUSTER_AUTHORIZATION_FAILED; its principal "
                + "there needs ALTER on the cluster", Assert.Single(report.Refused));
    }

    private static AclSync Sync(EmbeddedPair pair, bool removal) => new(
        new AclRules(Rules.Default(), prefixed: false), new SideNames("source A", "target B"), removal, new AclLedger(), pair.Source,
        pair.Target, TimeProvider.System, NullLogger.Instance);

    private static TopicAcl Remote(TopicAcl acl) => acl with { Topic = "A." + acl.Topic };

    private static async Task<IEnumerable<TopicAcl>> OnTargetAsync(EmbeddedPair pair) =>
        TopicAcl.From(await pair.Target.DescribeAclsAsync(TopicAcl.AnyTopic, Ct));
}
