using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit;

namespace Heliostat.Testing.Kerberos;

/// <summary>
/// Two realms, ONE.TEST and TWO.TEST, each with a KDC on loopback that can be stopped, and keytabs of its principals: mirror, short and
/// brief (tickets of 20 and 3 seconds), and kafka at localhost and at 127.0.0.1. Their krb5.conf are this process's, and its children's.
/// </summary>
public sealed class TestRealms : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new("kerberos");
    private readonly Dictionary<string, ChildProcess> _kdcs = [];
    private readonly Dictionary<string, int> _ports = new() { ["ONE.TEST"] = FreePorts.Next(), ["TWO.TEST"] = FreePorts.Next() };

    public async Task InitializeAsync()
    {
        if (new KerberosFactAttribute().Skip is not null)
        {
            return;
        }

        // One file per realm and no default realm: both sides of a mirror come with their own.
        foreach (var (realm, port) in _ports)
        {
            File.WriteAllText(FileOf(realm, "krb5.conf"), $$"""
                [libdefaults]
                 dns_lookup_realm = false
                 dns_lookup_kdc = false
                 dns_canonicalize_hostname = false
                 rdns = false
                 udp_preference_limit = 1
                [realms]
                 {{realm}} = {
                  kdc = 127.0.0.1:{{port}}
                 }
                [logging]
                 kdc = FILE:{{FileOf(realm, "requests")}}
                """);
            File.WriteAllText(FileOf(realm, "kdc.conf"), $$"""
                [realms]
                 {{realm}} = {
                  database_name = {{FileOf(realm, "principal")}}
                  key_stash_file = {{FileOf(realm, "stash")}}
                  kdc_listen = 127.0.0.1:{{port}}
                  kdc_tcp_listen = 127.0.0.1:{{port}}
                 }
                """);
            await RunAsync(realm, "kdb5_util", "-r", realm, "create", "-s", "-P", "master");
            await AdminAsync(
                realm,
                $"addprinc -randkey mirror@{realm}",
                $"addprinc -randkey -maxlife 20sec short@{realm}",
                $"addprinc -randkey -maxlife 3sec brief@{realm}",
                $"addprinc -randkey kafka/localhost@{realm}",
                $"addprinc -randkey kafka/127.0.0.1@{realm}",
                $"ktadd -k {Keytab("mirror", realm)} mirror@{realm}",
                $"ktadd -k {Keytab("short", realm)} short@{realm}",
                $"ktadd -k {Keytab("brief", realm)} brief@{realm}",
                $"ktadd -k {Keytab("kafka", realm)} kafka/localhost@{realm} kafka/127.0.0.1@{realm}");
            await StartAsync(realm);
        }

        KerberosEnvironment.UseConfig([.. _ports.Keys.Select(realm => FileOf(realm, "krb5.conf"))]);
    }

    public string Keytab(string name, string realm) => _folder.File($"{name}-{realm}.keytab");

    public string Path(string name) => _folder.File(name);

    /// <summary>A krb5.conf for a JVM, which needs a default realm.</summary>
    public string Config(string realm)
    {
        var file = FileOf(realm, "java.conf");
        var text = File.ReadAllText(FileOf(realm, "krb5.conf"));
        File.WriteAllText(file, text.Replace("[libdefaults]", $"[libdefaults]\n default_realm = {realm}", StringComparison.Ordinal));
        return file;
    }

    /// <summary>How many tickets for tickets the KDC has given to <paramref name="principal"/>.</summary>
    public int Logins(string principal, string realm) => File.ReadLines(FileOf(realm, "requests")).Count(
        line => Array.TrueForAll(["AS_REQ", "ISSUE: ", $"{principal}@{realm} for krbtgt"],
            part => line.Contains(part, StringComparison.Ordinal)));

    public async Task StartAsync(string realm)
    {
        string[] command = [KerberosFactAttribute.Find("krb5kdc")!, "-n", "-r", realm];
        _kdcs[realm] = ChildProcess.Start(FileOf(realm, "kdc"), command, EnvironmentOf(realm), separateErrors: false);
        await Eventually.TrueAsync($"KDC of {realm}", Patience, () => Answers(_ports[realm]), CancellationToken.None);
    }

    public ValueTask StopAsync(string realm) => _kdcs[realm].DisposeAsync();

    public Task AdminAsync(string realm, params string[] commands) =>
        RunAsync(realm, "kadmin.local", ["-r", realm], string.Join('\n', commands) + "\n");

    public Task RunAsync(string realm, string program, params string[] arguments) => RunAsync(realm, program, arguments, "");

    public async Task DisposeAsync()
    {
        foreach (var kdc in _kdcs.Values)
        {
            await kdc.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync(string realm, string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(KerberosFactAttribute.Find(program)!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in EnvironmentOf(realm))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
        }
    }

    private Dictionary<string, string> EnvironmentOf(string realm) => new()
    {
        ["KRB5_CONFIG"] = FileOf(realm, "krb5.conf"),
        ["KRB5_KDC_PROFILE"] = FileOf(realm, "kdc.conf"),
    };

    private string FileOf(string realm, string name) => _folder.File($"{realm}.{name}");

    private static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
