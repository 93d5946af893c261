using System.Net;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Testing;
using Heliostat.Testing.Kerberos;

namespace Heliostat.Client.Tests.Authentication.Kerberos;

[Collection(TestRealmsCollection.Name)]
public sealed class GssapiTests(TestRealms realms)
{
    private static readonly DnsEndPoint Broker = new("localhost", 9093);

    [KerberosFact]
    public async Task A_keytab_logs_in_and_proves_the_broker()
    {
        using var session = await Mechanism("mirror", "ONE.TEST").BeginAsync(Broker, CancellationToken.None);
        using var broker = new TestAcceptor(realms.Keytab("kafka", "ONE.TEST"));

        Assert.Equal("mirror@ONE.TEST", LogIn(session, broker));
    }

    [KerberosFact]
    public async Task Two_realms_log_in_side_by_side_in_one_process()
    {
        var one = Mechanism("mirror", "ONE.TEST");
        var two = Mechanism("mirror", "TWO.TEST");

        var logins = Enumerable.Range(0, 20).Select(async i =>
        {
            var (mechanism, realm) = i % 2 == 0 ? (one, "ONE.TEST") : (two, "TWO.TEST");
            using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
            using var broker = new TestAcceptor(realms.Keytab("kafka", realm));
            return LogIn(session, broker) == $"mirror@{realm}";
        });

        Assert.All(await Task.WhenAll(logins), Assert.True);
    }

    [KerberosFact]
    public async Task A_ticket_cache_logs_in()
    {
        await realms.RunAsync("ONE.TEST", "kinit", "-c", realms.Path("cache"), "-k", "-t", realms.Keytab("mirror", "ONE.TEST"),
            "mirror@ONE.TEST");
        var mechanism = Mechanism(new GssapiOptions { ServiceName = "kafka", TicketCache = realms.Path("cache") });
        using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
        using var broker = new TestAcceptor(realms.Keytab("kafka", "ONE.TEST"));

        Assert.Equal("mirror@ONE.TEST", LogIn(session, broker));
    }

    [KerberosFact]
    public async Task A_KDC_that_is_down_is_named_and_is_no_reason_to_give_up_a_good_ticket()
    {
        var mechanism = Mechanism("mirror", "TWO.TEST");
        using var before = await mechanism.BeginAsync(Broker, CancellationToken.None);
        await realms.StopAsync("TWO.TEST");
        try
        {
            using var after = await mechanism.BeginAsync(Broker, CancellationToken.None);
            using var broker = new TestAcceptor(realms.Keytab("kafka", "TWO.TEST"));
            Assert.Equal("mirror@TWO.TEST", LogIn(after, broker));

            var failure = await FailAsync(Mechanism("mirror", "TWO.TEST"));
            Assert.Equal(SaslFailure.Unavailable, failure.Failure);
            Assert.StartsWith("cannot reach a KDC of TWO.TEST for mirror@TWO.TEST (Kerberos: Cannot contact any KDC for realm 'TWO.TEST')",
                failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            await realms.StartAsync("TWO.TEST");
        }
    }

    [KerberosFact]
    public async Task A_KDC_that_is_down_for_longer_than_a_ticket_lives_is_missed_and_then_asked_again()
    {
        var mechanism = Mechanism("brief", "TWO.TEST");
        using var before = await mechanism.BeginAsync(Broker, CancellationToken.None);
        await realms.StopAsync("TWO.TEST");
        try
        {
            var failure = await Eventually.ValueAsync(
                "the end of the ticket",
                TimeSpan.FromSeconds(30),
                async _ => await Record.ExceptionAsync(async () => (await mechanism.BeginAsync(Broker, CancellationToken.None)).Dispose())
                    as SaslException,
                seen => seen is not null,
                CancellationToken.None);
            Assert.Equal(SaslFailure.Unavailable, failure!.Failure);
            Assert.StartsWith("cannot reach a KDC of TWO.TEST for brief@TWO.TEST", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            await realms.StartAsync("TWO.TEST");
        }

        using var after = await mechanism.BeginAsync(Broker, CancellationToken.None);
        using var broker = new TestAcceptor(realms.Keytab("kafka", "TWO.TEST"));
        Assert.Equal("brief@TWO.TEST", LogIn(after, broker));
    }

    [KerberosFact]
    public async Task A_keytab_older_than_the_KDCs_key_is_named()
    {
        await realms.AdminAsync("ONE.TEST", "addprinc -randkey stale@ONE.TEST",
            $"ktadd -k {realms.Keytab("stale", "ONE.TEST")} stale@ONE.TEST", "cpw -randkey stale@ONE.TEST");

        var failure = await FailAsync(Mechanism("stale", "ONE.TEST"));

        Assert.Equal(SaslFailure.Refused, failure.Failure);
        Assert.StartsWith($"the key of stale@ONE.TEST in the keytab {realms.Keytab("stale", "ONE.TEST")} is not the one the KDC has",
            failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(": export the keytab anew", failure.Message, StringComparison.Ordinal);
    }

    [KerberosFact]
    public async Task What_is_wrong_with_a_keytab_is_said_before_the_KDC_is_asked()
    {
        File.WriteAllText(realms.Path("text.keytab"), "text");

        Assert.Equal($"there is no keytab {realms.Keytab("nobody", "ONE.TEST")}",
            (await FailAsync(Mechanism("nobody", "ONE.TEST"))).Message);
        Assert.Equal(
            $"the keytab {realms.Path("text.keytab")} cannot be read: not a keytab of version 0x502",
            (await FailAsync(Mechanism(new GssapiOptions
            {
                ServiceName = "kafka",
                Principal = "mirror@ONE.TEST",
                KeyTab = realms.Path("text.keytab")
            }))).Message);
        Assert.Equal(
            $"the keytab {realms.Keytab("mirror", "ONE.TEST")} holds no key of other@ONE.TEST; it has mirror@ONE.TEST",
            (await FailAsync(Mechanism(new GssapiOptions
            {
                ServiceName = "kafka",
                Principal = "other@ONE.TEST",
                KeyTab = realms.Keytab("mirror", "ONE.TEST")
            }))).Message);
    }

    [KerberosFact]
    public async Task Unknown_services_realms_and_clients_are_named()
    {
        await realms.AdminAsync("ONE.TEST", "addprinc -randkey gone@ONE.TEST",
            $"ktadd -k {realms.Keytab("gone", "ONE.TEST")} gone@ONE.TEST", "delprinc -force gone@ONE.TEST");
        File.Copy(realms.Keytab("gone", "ONE.TEST"), realms.Keytab("gone", "COPY"), overwrite: true);

        var service = await FailAsync(Mechanism("mirror", "ONE.TEST"), new DnsEndPoint("elsewhere.test", 9093));
        var client = await FailAsync(Mechanism("gone", "ONE.TEST"));
        var cache = await FailAsync(Mechanism(new GssapiOptions { ServiceName = "kafka", TicketCache = realms.Path("none") }));

        Assert.StartsWith("the KDC does not know kafka/elsewhere.test", service.Message, StringComparison.Ordinal);
        Assert.EndsWith("bootstrap.servers must use the names in the brokers' principals, and sasl.kerberos.service.name their first part",
            service.Message, StringComparison.Ordinal);
        Assert.StartsWith("the KDC does not know the client gone@ONE.TEST", client.Message, StringComparison.Ordinal);
        Assert.StartsWith($"there is no credential for the ticket cache's principal in the ticket cache {realms.Path("none")}",
            cache.Message, StringComparison.Ordinal);
    }

    [KerberosFact]
    public async Task A_ticket_is_renewed_before_its_end_by_asking_the_KDC_again()
    {
        var log = new RecordingLoggerFactory();
        var options = Options("short", "ONE.TEST") with
        {
            MinTimeBeforeRelogin = TimeSpan.FromSeconds(1),
            RenewWindowFactor = 0.05,
            RenewJitter = 0
        };
        var mechanism = SaslMechanisms.Create(options, Surroundings.With(TimeProvider.System, null, log));
        using var stop = new CancellationTokenSource();
        var running = ((ILogin)mechanism).RunAsync(stop.Token);

        await Eventually.TrueAsync("two renewals", TimeSpan.FromSeconds(30), () => realms.Logins("short", "ONE.TEST") >= 3,
            CancellationToken.None);
        using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
        using var broker = new TestAcceptor(realms.Keytab("kafka", "ONE.TEST"));
        Assert.Equal("short@ONE.TEST", LogIn(session, broker));

        await stop.CancelAsync();
        await running;
        Assert.Empty(log.Lines);
    }

    [KerberosFact]
    public async Task A_broker_that_is_not_the_one_cannot_answer()
    {
        using var session = await Mechanism("mirror", "ONE.TEST").BeginAsync(Broker, CancellationToken.None);

        Assert.Throws<SaslException>(() => session.Next(new byte[] { 1, 2, 3 }));
    }

    [KerberosFact]
    public async Task A_security_layer_is_refused()
    {
        using var session = await Mechanism("mirror", "ONE.TEST").BeginAsync(Broker, CancellationToken.None);
        using var broker = new TestAcceptor(realms.Keytab("kafka", "ONE.TEST"));
        session.Next(broker.Greet(session.First.Span));

        var failure = Assert.Throws<SaslException>(() => session.Next(broker.Wrap([6, 0, 0xFF, 0xFF])));

        Assert.Equal("the broker sent an offer that asks for a security layer, which Kafka does not have (GSSAPI)", failure.Message);
    }

    /// <summary>The whole exchange; gives the authorization id that the broker saw.</summary>
    private static string LogIn(ISaslSession session, TestAcceptor broker)
    {
        Assert.Empty(session.Next(broker.Greet(session.First.Span))!.Value.ToArray());
        Assert.True(session.AwaitsAnswer);
        var chosen = broker.Unwrap(session.Next(broker.Wrap([1, 1, 0, 0]))!.Value.Span);
        Assert.False(session.AwaitsAnswer);
        Assert.Null(session.Next(default));
        Assert.Equal([1, 0, 0, 0], chosen[..4]);
        return Encoding.UTF8.GetString(chosen[4..]);
    }

    private static async Task<SaslException> FailAsync(ISaslMechanism mechanism, DnsEndPoint? broker = null) =>
        await Assert.ThrowsAsync<SaslException>(async () =>
            (await mechanism.BeginAsync(broker ?? Broker, CancellationToken.None)).Dispose());

    private GssapiOptions Options(string name, string realm) =>
        new() { ServiceName = "kafka", Principal = $"{name}@{realm}", KeyTab = realms.Keytab(name, realm) };

    private ISaslMechanism Mechanism(string name, string realm) => Mechanism(Options(name, realm));

    private static ISaslMechanism Mechanism(GssapiOptions options) => SaslMechanisms.Create(options, Surroundings.System);
}
