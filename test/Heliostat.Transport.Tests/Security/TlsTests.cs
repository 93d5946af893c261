using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security;

public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TestAuthority _intermediate;
    private readonly TemporaryFolder _folder = new("tls");
    private readonly MemoryNetwork _network = new(TimeProvider.System);
    private readonly INetworkListener _port;

    public TlsTests()
    {
        _intermediate = _root.Intermediate();
        _port = _network.Listen(new IPEndPoint(IPAddress.Loopback, 9093));
        _network.AddName("broker.test", IPAddress.Loopback);
    }

    public void Dispose()
    {
        _port.Dispose();
        _folder.Dispose();
        _intermediate.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task What_is_sent_arrives_whatever_its_parts(SslProtocols protocol)
    {
        var (client, server) = await AgreeAsync(Client(Trust(_root)) with { Protocols = protocol }, Server(_root.Issue("CN=broker")));
        var random = new Random(1);

        // Takes the session tickets in: bytes that a close leaves unread would make a reset of it.
        var answer = client.ReceiveAsync(new byte[1]).AsTask();
        for (var round = 0; round < 20; round++)
        {
            var message = new WireBuffer();
            for (var part = 0; part < 10; part++)
            {
                var bytes = new byte[random.Next(1, 60_000)];
                random.NextBytes(bytes);
                if (random.Next(2) == 0)
                {
                    message.Splice(bytes);
                }
                else
                {
                    bytes.AsSpan(0, Math.Min(bytes.Length, 100)).CopyTo(message.Take(Math.Min(bytes.Length, 100)));
                }
            }

            var expected = message.ToArray();
            var reading = ReadAsync(server, expected.Length);
            await client.SendAsync(message);
            Assert.Equal(expected, await reading.WaitAsync(Patience));
        }

        client.Dispose();
        Assert.NotNull(await Record.ExceptionAsync(() => answer.WaitAsync(Patience)));
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]).AsTask().WaitAsync(Patience));
        server.Dispose();
    }

    [Fact]
    public async Task Any_certificate_of_the_trust_store_is_an_anchor()
    {
        var leaf = _intermediate.Issue("CN=broker");
        foreach (var anchor in new[] { _root.Certificate, _intermediate.Certificate, leaf })
        {
            var (client, server) = await AgreeAsync(Client(Trust(anchor)), Server(leaf, _intermediate.Certificate));
            client.Dispose();
            server.Dispose();
        }
    }

    [Fact]
    public async Task An_intermediate_that_is_trusted_need_not_be_sent()
    {
        var (client, server) = await AgreeAsync(Client(Trust(_intermediate)), Server(_intermediate.Issue("CN=broker")));
        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_named_with_what_is_trusted()
    {
        using var other = TestAuthority.Root("Other Root");
        var store = Trust(other);

        var failure = await RefusalAsync(Client(store), Server(_root.Issue("CN=broker")));

        Assert.StartsWith("source: localhost:9093: TLS failed: the certificate CN=broker (issuer CN=Test Root, SHA-256 ", failure.Message,
            StringComparison.Ordinal);
        Assert.Contains($"is not trusted by {store.Location}, which holds 1 certificate (CN=Other Root)", failure.Message,
            StringComparison.Ordinal);
        Assert.Equal(ConnectionFailure.TlsFailed, failure.Failure);
    }

    [Fact]
    public async Task An_intermediate_that_is_missing_is_named()
    {
        var failure = await RefusalAsync(Client(Trust(_root)), Server(_intermediate.Issue("CN=broker")));

        Assert.EndsWith("perhaps the broker does not send its intermediate certificate CN=Test Intermediate", failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "expired on")]
    [InlineData(-59, "expired on")]
    public async Task A_certificate_that_is_over_is_said_to_be_so_with_our_clock(int days, string expected)
    {
        var leaf = _root.Issue("CN=broker", days: days);

        var failure = await RefusalAsync(Client(Trust(_root)), Server(leaf));
        var asAnchor = await RefusalAsync(Client(Trust(leaf)), Server(leaf));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("; this machine's clock says ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, asAnchor.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_unless_names_are_not_checked()
    {
        var leaf = _root.Issue("CN=broker", ["*.kafka.test", "10.0.0.1"]);

        var failure = await RefusalAsync(Client(Trust(_root)), Server(leaf), "broker.test");

        Assert.EndsWith(
            "the certificate is for *.kafka.test, 10.0.0.1, not for broker.test (No subject alternative names matching); add the name to "
                + "it, or set "
            + "ssl.endpoint.identification.algorithm= to skip the check",
            failure.Message,
            StringComparison.Ordinal);
        var (client, server) = await AgreeAsync(Client(Trust(_root)) with { ChecksHostName = false }, Server(leaf), "broker.test");
        client.Dispose();
        server.Dispose();
    }

    [Theory]
    [InlineData("a.kafka.test", true)]
    [InlineData("a.b.kafka.test", false)]
    [InlineData("kafka.test", false)]
    public async Task A_wildcard_stands_for_one_label(string name, bool fits)
    {
        _network.AddName(name, IPAddress.Loopback);
        var leaf = _root.Issue("CN=broker", ["*.kafka.test"]);

        var failure = await Record.ExceptionAsync(async () =>
        {
            var (client, server) = await AgreeAsync(Client(Trust(_root)), Server(leaf), name);
            client.Dispose();
            server.Dispose();
        });

        Assert.Equal(fits, failure is null);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_client_certificate_is_shown_with_its_chain(SslProtocols protocol)
    {
        var leaf = _intermediate.Issue("CN=client,O=Heliostat");
        var client = Client(Trust(_root)) with { Protocols = protocol, Key = Key(leaf, _intermediate.Certificate) };

        var (ours, theirs) = await AgreeAsync(client, Server(_root.Issue("CN=broker")) with { ClientAuth = TlsClientAuth.Required });

        Assert.Equal("CN=client, O=Heliostat", TlsServerLayer.ClientCertificate(theirs)?.Subject);
        ours.Dispose();
        theirs.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_missing_or_foreign_client_certificate_is_said_to_be_the_cause(SslProtocols protocol)
    {
        using var other = TestAuthority.Root("Other Root");
        var key = Key(other.Issue("CN=stranger"));
        var server = Server(_root.Issue("CN=broker")) with { ClientAuth = TlsClientAuth.Required };
        var client = Client(Trust(_root)) with { Protocols = protocol };

        var missing = await FirstAnswerAsync(client, server);
        var foreign = await FirstAnswerAsync(client with { Key = key }, server);

        Assert.Contains("ssl.keystore.location is not set", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"CN=stranger (issuer CN=Other Root) from {key.Location}", foreign.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionFailure.TlsFailed, missing.Failure);
        Assert.Equal(ConnectionFailure.TlsFailed, foreign.Failure);
    }

    /// <summary>As Kafka 0.9 refuses a client: what it had sent before, from somewhere in the middle.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handshake_that_is_broken_off_with_rubbish_is_said_to_be_about_our_certificate(bool hasKey)
    {
        var endpoint = new DnsEndPoint("localhost", 9093);
        var key = Key(_root.Issue("CN=stranger"));
        var options = Client(Trust(_root)) with { Protocols = SslProtocols.Tls12, Key = hasKey ? key : new() };
        var below = await _network.DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None);
        var peer = new RubbishAtTheEnd((await _port.AcceptAsync(CancellationToken.None)).Duplex);
        var serving = new TlsServerLayer(Server(_root.Issue("CN=broker")) with { ClientAuth = TlsClientAuth.Required }, TimeProvider.System)
            .LayOverAsync(peer, dialled: null, CancellationToken.None).AsTask();

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(
            () => new TlsClientLayer(options, "source", TimeProvider.System, told: null)
                .LayOverAsync(below, endpoint, CancellationToken.None).AsTask().WaitAsync(Patience));

        await Record.ExceptionAsync(() => serving.WaitAsync(Patience));
        Assert.EndsWith(hasKey
            ? $"it does not trust our certificate CN=stranger (issuer CN=Test Root) from {key.Location}"
            : "it requires a client certificate (ssl.keystore.location is not set)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "TLS failed: the broker broke the handshake off (unexpected_message); its own log says why")]
    [InlineData(40,
        "the broker refuses the handshake (handshake_failure): no cipher suite in common (ssl.cipher.suites), or it requires a client "
            + "certificate (ssl.keystore.location is not set)")]
    [InlineData(42, "the broker wants a client certificate (bad certificate), and ssl.keystore.location is not set")]
    [InlineData(49, "the broker wants a client certificate (access denied), and ssl.keystore.location is not set")]
    [InlineData(70, "no TLS version in common (protocol_version): see ssl.enabled.protocols and ssl.protocol")]
    [InlineData(71, "that the broker takes for safe (insufficient_security): see ssl.cipher.suites and ssl.enabled.protocols")]
    [InlineData(80, "TLS failed: the broker broke the handshake off (internal_error); its own log says why")]
    [InlineData(112, "was dialled by (unrecognized_name): see bootstrap.servers, and what brokers advertise")]
    public async Task A_reason_that_the_peer_gives_is_told(byte alert, string expected)
    {
        var failure = await DialFailureAsync(peer =>
        {
            var answer = new WireBuffer();
            ((ReadOnlySpan<byte>)[21, 3, 3, 0, 2, 2, alert]).CopyTo(answer.Take(7));
            peer.SendAsync(answer).AsTask().Wait(TimeSpan.FromSeconds(10));
        });

        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_without_tls_is_known_by_its_silence_and_by_what_it_says()
    {
        var silent = await DialFailureAsync(peer => peer.Dispose());
        var http = await DialFailureAsync(peer =>
        {
            var answer = new WireBuffer();
            "HTTP/1.1 400 Bad Request"u8.CopyTo(answer.Take(24));
            peer.SendAsync(answer).AsTask().Wait(TimeSpan.FromSeconds(10));
        });

        Assert.EndsWith("the port does not speak TLS, and security.protocol there is probably PLAINTEXT or SASL_PLAINTEXT", silent.Message,
            StringComparison.Ordinal);
        Assert.Contains("the port does not speak TLS: it speaks HTTP", http.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_without_one_in_common_are_named()
    {
        var failure = await RefusalAsync(
            Client(Trust(_root)) with { Protocols = SslProtocols.Tls13 },
            Server(_root.Issue("CN=broker")) with { Protocols = SslProtocols.Tls12 });

        Assert.Contains("no TLS version in common", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suite_that_is_asked_for_is_taken()
    {
        var options = Client(Trust(_root)) with
        {
            Protocols = SslProtocols.Tls12,
            CipherSuites = [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]
        };

        var (client, server) = await AgreeAsync(options, Server(_root.Issue("CN=broker")));

        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task A_silent_peer_is_given_up_within_the_time_for_connecting()
    {
        var options = new ConnectionOptions
        {
            Cluster = "source",
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            Layer = new TlsClientLayer(Client(Trust(_root)), "source", TimeProvider.System, told: null),
        };

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(
            async () => await ConnectionDial.ConnectAsync(_network, new DnsEndPoint("localhost", 9093), options, TimeProvider.System,
                CancellationToken.None));

        Assert.Equal("source: cannot reach localhost:9093: no answer within 0.2 s", failure.Message);
    }

    [Fact]
    public async Task Stores_that_changed_count_from_the_next_connection_on()
    {
        using var other = TestAuthority.Root("Other Root");
        var trust = Trust(other);
        var time = new ManualTimeProvider();
        var told = new List<StoreReload>();
        var layer = new TlsClientLayer(Client(trust), "source", new ClockOf(time), told.Add);
        var server = new TlsServerLayer(Server(_root.Issue("CN=broker")), TimeProvider.System);
        await Assert.ThrowsAsync<KafkaConnectionException>(() => AgreeAsync(layer, server));

        await File.WriteAllTextAsync(trust.Location!, _root.Certificate.ExportCertificatePem());
        time.Advance(TimeSpan.FromSeconds(2));
        var (ours, theirs) = await AgreeAsync(layer, server);

        Assert.True(Assert.Single(told).Succeeded);
        ours.Dispose();
        theirs.Dispose();
    }

    private static async Task<byte[]> ReadAsync(IDuplex duplex, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await duplex.ReceiveAsync(bytes.AsMemory(done));
            done += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }

    private static TlsOptions Client(TrustStoreOptions trust) => new() { Trust = trust };

    private TlsServerOptions Server(X509Certificate2 certificate, params X509Certificate2[] chain) =>
        new() { Certificate = certificate, Chain = [.. chain], ClientTrust = [_root.Certificate] };

    private TrustStoreOptions Trust(TestAuthority authority) => Trust(authority.Certificate);

    private TrustStoreOptions Trust(X509Certificate2 anchor)
    {
        var path = _folder.File($"trust-{Directory.GetFiles(_folder.Path).Length}.pem");
        File.WriteAllText(path, anchor.ExportCertificatePem());
        return new TrustStoreOptions { Location = path, Type = "PEM" };
    }

    private KeyStoreOptions Key(X509Certificate2 certificate, params X509Certificate2[] chain)
    {
        var path = _folder.File($"key-{Directory.GetFiles(_folder.Path).Length}.pem");
        File.WriteAllText(path, TestAuthority.KeyPem(certificate, chain));
        return new KeyStoreOptions { Location = path, Type = "PEM" };
    }

    private Task<(IDuplex Client, IDuplex Server)> AgreeAsync(TlsOptions client, TlsServerOptions server, string host = "localhost") =>
        AgreeAsync(new TlsClientLayer(client, "source", TimeProvider.System, told: null), new TlsServerLayer(server, TimeProvider.System),
            host);

    private async Task<(IDuplex Client, IDuplex Server)> AgreeAsync(TlsClientLayer client, TlsServerLayer server, string host = "localhost")
    {
        var endpoint = new DnsEndPoint(host, 9093);
        var below = await _network.DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None);
        var accepted = await _port.AcceptAsync(CancellationToken.None);
        var theirs = server.LayOverAsync(accepted.Duplex, dialled: null, CancellationToken.None).AsTask();
        try
        {
            var ours = await client.LayOverAsync(below, endpoint, CancellationToken.None).AsTask().WaitAsync(Patience);
            return (ours, await theirs.WaitAsync(Patience));
        }
        catch
        {
            below.Dispose();
            await Record.ExceptionAsync(async () => (await theirs.WaitAsync(Patience)).Dispose());
            throw;
        }
    }

    private Task<KafkaConnectionException> RefusalAsync(TlsOptions client, TlsServerOptions server, string host = "localhost") =>
        Assert.ThrowsAsync<KafkaConnectionException>(() => AgreeAsync(client, server, host));

    private async Task<KafkaConnectionException> DialFailureAsync(Action<IDuplex> serve)
    {
        var layer = new TlsClientLayer(Client(Trust(_root)), "source", TimeProvider.System, told: null);
        var endpoint = new DnsEndPoint("localhost", 9093);
        var below = await _network.DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None);
        var peer = (await _port.AcceptAsync(CancellationToken.None)).Duplex;
        var laying = layer.LayOverAsync(below, endpoint, CancellationToken.None).AsTask();
        await peer.ReceiveAsync(new byte[1000]);
        serve(peer);
        return await Assert.ThrowsAsync<KafkaConnectionException>(() => laying.WaitAsync(Patience));
    }

    /// <summary>What a request learns: in TLS 1.3 a client is through with the handshake before its certificate is looked at.</summary>
    private async Task<KafkaConnectionException> FirstAnswerAsync(TlsOptions client, TlsServerOptions server)
    {
        var options = new ConnectionOptions
        {
            Cluster = "source",
            Layer = new TlsClientLayer(client, "source", TimeProvider.System, told: null)
        };
        var endpoint = new DnsEndPoint("localhost", 9093);
        var dialling = ConnectionDial.ConnectAsync(_network, endpoint, options, TimeProvider.System, CancellationToken.None).AsTask();
        var accepted = await _port.AcceptAsync(CancellationToken.None);
        var serving = new TlsServerLayer(server, TimeProvider.System)
            .LayOverAsync(accepted.Duplex, dialled: null, CancellationToken.None).AsTask();
        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(async () =>
        {
            var pool = new FramePool(1024);
            await using var connection = FramedConnection.Open(endpoint, await dialling.WaitAsync(Patience), options, pool,
                TimeProvider.System);
            using var frame = await connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, CancellationToken.None);
        });
        await Assert.ThrowsAsync<IOException>(() => serving.WaitAsync(Patience));
        return failure;
    }

    /// <summary>Its second flight is none.</summary>
    private sealed class RubbishAtTheEnd(IDuplex below) : IDuplex
    {
        private bool _isSecond;

        public ValueTask<int> ReceiveAsync(Memory<byte> into) => below.ReceiveAsync(into);

        public ValueTask SendAsync(WireBuffer message)
        {
            if (_isSecond)
            {
                message.Clear();
                "307485a17"u8.CopyTo(message.Take(9));
            }

            _isSecond = true;
            return below.SendAsync(message);
        }

        public void Dispose() => below.Dispose();
    }

    /// <summary>Today's date, so that certificates count, and a timestamp that moves when told to.</summary>
    private sealed class ClockOf(ManualTimeProvider time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
