using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Authentication;

/// <summary>KIP-554: users and passwords for SCRAM are set, described and taken away while brokers run.</summary>
public sealed class ScramAdminTests
{
    private const sbyte Sha256 = 1;
    private const sbyte Sha512 = 2;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_password_that_is_altered_counts_from_the_next_login_on()
    {
        await using var cluster = await StartAsync(null);

        Assert.Equal([("alice", ErrorCode.None, null)], await AlterAsync(cluster, Upsert("alice", "new")));

        Assert.Equal(ErrorCode.SaslAuthenticationFailed, await LogInAsync(cluster, "alice", "secret"));
        Assert.Equal(ErrorCode.None, await LogInAsync(cluster, "alice", "new"));
        Assert.Equal([("alice", ErrorCode.None, null)], await AlterAsync(cluster,
            new AlterUserScramCredentialsRequest { Deletions = [new ScramCredentialDeletion { Name = "alice", Mechanism = Sha256 }] }));
        Assert.Equal(ErrorCode.SaslAuthenticationFailed, await LogInAsync(cluster, "alice", "new"));
    }

    [Fact]
    public async Task Users_are_described_without_their_secrets()
    {
        await using var cluster = await StartAsync(null);
        await AlterAsync(cluster, Upsert("zoe", "z", iterations: 8192));

        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServersOf("PLAINTEXT"), Ct);
        var all = await client.CallAsync(new DescribeUserScramCredentialsRequest { Users = null }, 0, Ct);
        var some = await client.CallAsync(new DescribeUserScramCredentialsRequest
        {
            Users = [new UserName { Name = "zoe" }, new UserName { Name = "nobody" }]
        }, 0, Ct);

        Assert.Equal(["alice: 1 4096, 2 4096", "zoe: 1 8192"], all.Results.Select(Text));
        Assert.Equal([ErrorCode.None, ErrorCode.ResourceNotFound], some.Results.Select(result => result.ErrorCode));
    }

    [Fact]
    public async Task What_Kafka_refuses_is_refused()
    {
        await using var cluster = await StartAsync(null);
        var request = new AlterUserScramCredentialsRequest
        {
            Deletions = [new ScramCredentialDeletion { Name = "nobody", Mechanism = Sha512 },
                new ScramCredentialDeletion { Name = "twice", Mechanism = Sha256 }],
            Upsertions =
            [
                .. Upsert("twice", "p").Upsertions, .. Upsert("few", "p", iterations: 4095).Upsertions,
                .. Upsert("many", "p", iterations: 16385).Upsertions, .. Upsert("", "p").Upsertions,
                .. Upsert("other", "p", mechanism: 3).Upsertions,
            ],
        };

        Assert.Equal(
            [
                ("twice", ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request"),
                ("nobody", ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist"),
                ("few", ErrorCode.UnacceptableCredential, "Too few iterations"),
                ("many", ErrorCode.UnacceptableCredential, "Too many iterations"),
                ("", ErrorCode.UnacceptableCredential, "Username must not be empty"),
                ("other", ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism"),
            ],
            await AlterAsync(cluster, request));
    }

    [Fact]
    public async Task What_was_set_outlives_the_brokers_where_they_keep_anything()
    {
        using var folder = new TemporaryFolder("scram-admin");
        await using (var cluster = await StartAsync(folder.File("data")))
        {
            await AlterAsync(cluster, Upsert("bob", "b"));
        }

        await using var again = await StartAsync(folder.File("data"));

        Assert.Equal(ErrorCode.None, await LogInAsync(again, "bob", "b"));
    }

    private static Task<EmbeddedCluster> StartAsync(string? data) => EmbeddedCluster.StartAsync(
        new EmbeddedClusterOptions
        {
            DataDirectory = data,
            Users = new Dictionary<string, string> { ["alice"] = "secret" },
            Listeners = [new EmbeddedListener("PLAINTEXT"), new EmbeddedListener("SASL") { SaslMechanisms = ["SCRAM-SHA-256"] }],
        },
        Ct);

    private static AlterUserScramCredentialsRequest Upsert(string user, string password, sbyte mechanism = Sha256, int iterations = 4096)
    {
        var salt = Encoding.ASCII.GetBytes("salt of " + user);
        return new AlterUserScramCredentialsRequest
        {
            Upsertions =
            [
                new ScramCredentialUpsertion
                {
                    Name = user, Mechanism = mechanism, Iterations = iterations, Salt = salt,
                    SaltedPassword = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32),
                },
            ],
        };
    }

    private static async Task<List<(string User, ErrorCode Error, string? Message)>> AlterAsync(EmbeddedCluster cluster,
        AlterUserScramCredentialsRequest request)
    {
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServersOf("PLAINTEXT"), Ct);
        return (await client.CallAsync(request, 0, Ct)).Results.ConvertAll(result => (result.User, result.ErrorCode, result.ErrorMessage));
    }

    private static async Task<ErrorCode> LogInAsync(EmbeddedCluster cluster, string user, string password)
    {
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServersOf("SASL"), Ct);
        await client.CallAsync(new SaslHandshakeRequest { Mechanism = "SCRAM-SHA-256" }, 1, Ct);
        var first = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"n,,n={user},r=own") }, 2, Ct);
        if (first.ErrorCode != ErrorCode.None)
        {
            return first.ErrorCode;
        }

        var said = Encoding.UTF8.GetString(first.AuthBytes.Span);
        var fields = said.Split(',');
        var final = $"c=biws,{fields[0]}";
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password, Convert.FromBase64String(fields[1][2..]), int.Parse(fields[2][2..], CultureInfo.InvariantCulture),
            HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), Encoding.UTF8.GetBytes($"n={user},r=own,{said},{final}"));
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        var token = Encoding.UTF8.GetBytes($"{final},p={Convert.ToBase64String(proof)}");
        return (await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = token }, 2, Ct)).ErrorCode;
    }

    private static string Text(DescribeUserScramCredentialsResult result) =>
        $"{result.User}: " + string.Join(", ", result.CredentialInfos.Select(info =>
            string.Create(CultureInfo.InvariantCulture, $"{info.Mechanism} {info.Iterations}")));
}
