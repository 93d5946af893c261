using Heliostat.Scenarios.RealKafka;
using Heliostat.Scenarios.RealKafka.MirrorMaker2;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.Kerberos;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// The recipe of docs/security.md for Kerberos, on both sides of one process, each in a realm of its own. Addresses and the folder are
/// the test's.
/// </summary>
public sealed class TwoRealmsTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);
    private static readonly string[] Sides = ["source", "target"];

    private readonly TemporaryFolder _folder = new("realms");
    private readonly SecurityRecipes _recipes = new();
    private readonly TestRealms _realms = new();

    public Task InitializeAsync() => _realms.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _realms.DisposeAsync();
        _recipes.Dispose();
        _folder.Dispose();
    }

    [KafkaFact(Kerberos = true, Slow = true)]
    public async Task Both_directions_outlive_KDCs_that_are_away_for_longer_than_a_ticket_lives()
    {
        foreach (var side in Sides)
        {
            await _realms.AdminAsync(SecuredClusters.RealmOf(side), $"modprinc -maxlife 3sec mirror@{SecuredClusters.RealmOf(side)}");
        }

        await using var secured = await SecuredClusters.StartKafkaAsync(Ct, Session, realms: _realms);
        var (there, back) = (ClusterPair.Name("there"), ClusterPair.Name("back"));
        await ProduceAsync(secured.Pair, there, back, 0);
        await using var mirror = HeliostatProcess.Start(["run", "--api", "none", FileOf(secured, there, back)]);
        await LevelAsync(mirror, secured.Pair, there, back);

        foreach (var side in Sides)
        {
            await _realms.StopAsync(SecuredClusters.RealmOf(side));
        }

        await mirror.RunsUntilAsync("both KDCs to be missed", Within, _ => Task.FromResult(Sides.All(side => Misses(mirror, side))), Ct);
        await ProduceAsync(secured.Pair, there, back, 1000);
        foreach (var side in Sides)
        {
            await _realms.StartAsync(SecuredClusters.RealmOf(side));
        }

        await LevelAsync(mirror, secured.Pair, there, back);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        await secured.Pair.SameContentAsync(there, "A." + there, Ct);
        await new ClusterPair(secured.Pair.Target, secured.Pair.Source).SameContentAsync(back, "B." + back, Ct);
    }

    private static async Task ProduceAsync(ClusterPair pair, string there, string back, int first)
    {
        await pair.Source.Client.GenerateAsync(there, new() { Count = 1000, First = first, Partitions = 1 }, Ct);
        await pair.Target.Client.GenerateAsync(back, new() { Count = 1000, First = first, Partitions = 1 }, Ct);
    }

    private static bool Misses(HeliostatProcess mirror, string side)
    {
        var realm = SecuredClusters.RealmOf(side);
        return mirror.Errors.Contains($"login failed: cannot reach a KDC of {realm} for mirror@{realm}", StringComparison.Ordinal);
    }

    private static Task LevelAsync(HeliostatProcess mirror, ClusterPair pair, string there, string back) => mirror.RunsUntilAsync(
        "both directions to be level",
        Within,
        async ct => await IsLevelAsync(pair, there, "A." + there, ct)
            && await IsLevelAsync(new ClusterPair(pair.Target, pair.Source), back, "B." + back, ct),
        Ct);

    private static async Task<bool> IsLevelAsync(ClusterPair pair, string topic, string mirror, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains(mirror) && await pair.IsLevelAsync(topic, mirror, ct);

    private string FileOf(SecuredClusters secured, string there, string back)
    {
        var recipe = _recipes.Read().Single(r => r.Contains("Krb5", StringComparison.Ordinal));
        Dictionary<string, string> settings = new() { ["topics"] = $"{there}, {back}", ["groups"] = "none" };
        foreach (var side in Sides)
        {
            var (alias, folder) = side == "source" ? ("A", "one") : ("B", "two");
            var realm = SecuredClusters.RealmOf(side);
            _recipes.Write($"{folder}/ca.pem", File.ReadAllBytes(secured.PathOf(side, "trust.pem")));
            _recipes.Write($"{folder}/mirror.keytab", File.ReadAllBytes(_realms.Keytab("mirror", realm)));
            var here = recipe.Replace("/one/", $"/{folder}/", StringComparison.Ordinal);
            foreach (var line in here.Replace("ONE.TEST", realm, StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)))
            {
                settings[$"{alias}.{line[0]}"] = line[0] == "bootstrap.servers" ? secured.Servers(side, "SASL_SSL") : line[1];
            }
        }

        return new FlowFile
        {
            Clusters = Sides.ToDictionary(side => side == "source" ? "A" : "B", side => secured.Servers(side, "SASL_SSL")),
            Flows = ["A->B", "B->A"],
            Settings = settings,
        }.Write(_folder);
    }
}
