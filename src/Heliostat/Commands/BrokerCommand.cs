using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heliostat.Broker;
using Heliostat.Output;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Commands;

/// <summary><c>heliostat broker</c>: a tiny Kafka for development.</summary>
internal static class BrokerCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "Port of the first broker, and the ports after it those of the others; 0 takes free ones",
        DefaultValueFactory = _ => 9092,
        CustomParser = PortNumber,
        HelpName = "PORT",
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "Name or address to listen on, and what clients are told to connect to; 0.0.0.0 listens on all",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "HOST",
    };

    private static readonly Option<string?> AdvertisedHost = new("--advertised-host")
    {
        Description = "What clients are told to connect to, where that is not --host [default with 0.0.0.0: this machine's name]",
        HelpName = "HOST",
    };

    private static readonly Option<int> Brokers = new("--brokers")
    {
        Description = "Brokers of the cluster, all in this process",
        DefaultValueFactory = _ => 1,
        CustomParser = Amount.Count,
        HelpName = "N",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder to keep everything in across restarts [default: memory only]",
        HelpName = "DIR"
    };

    private static readonly Option<string[]> Topics = new("--topic")
    {
        Description = "A topic to create, with its partitions and settings, e.g. orders:6:cleanup.policy=compact; may be repeated",
        HelpName = "NAME[:PARTITIONS[:KEY=VALUE,..]]",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> Listeners = new("--listener")
    {
        Description =
            "A port of the first broker instead of --port (the others have those after it): SSL and SASL_SSL need --tls-key, SASL_* have "
                + "PLAIN, SCRAM, unsecured OAUTHBEARER and AWS_MSK_IAM; may be repeated",
        HelpName = "NAME:PROTOCOL:PORT",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> Users = new("--user")
    {
        Description = "A user and the password to log in with by PLAIN and SCRAM; may be repeated",
        HelpName = "NAME=PASSWORD",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> TlsKey = new("--tls-key")
    {
        Description = "PEM file with the certificate of listeners with TLS, its chain and its key",
        HelpName = "FILE"
    };

    private static readonly Option<string?> TlsClientTrust = new("--tls-client-trust")
    {
        Description =
            "PEM file with those who may issue certificates of clients; clients of SSL listeners must then show one, which is their "
                + "principal",
        HelpName = "FILE",
    };

    private static readonly Option<bool> NoAutoCreate = new("--no-auto-create")
    {
        Description = "Do not create topics that clients merely name (auto.create.topics.enable=false)"
    };

    private static readonly Option<string[]> Configs = new("--config")
    {
        Description = "A broker setting of Kafka's, e.g. num.partitions=3; may be repeated",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        Configs.Validators.Add(KeyValueArgument.Check);
        Users.Validators.Add(KeyValueArgument.Check);
        var command = new Command("broker", "Run a tiny Kafka for development: real ports, real protocol, no JVM.")
        {
            Port, Host, AdvertisedHost, Brokers, Data, Topics, NoAutoCreate, Configs, Listeners, Users, TlsKey, TlsClientTrust,
            RunOptions.Quiet, RunOptions.Verbose,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        List<string> problems = [];
        var topics = TopicArgument.ParseAll("--topic", parsed.GetValue(Topics)!, problems);
        var listeners = ListenerArgument.ParseAll(parsed.GetValue(Listeners)!, TlsOf(parsed, problems), problems);
        if (problems.Count > 0)
        {
            problems.ForEach(problem => Terminal.Error.WriteLine($"heliostat: {problem}"));
            return ExitCode.Usage;
        }

        var host = parsed.GetValue(Host)!;
        IPAddress address;
        try
        {
            address = await AddressAsync(host, ct);
        }
        catch (SocketException failure)
        {
            Terminal.Error.WriteLine($"heliostat: --host: '{host}' has no address: {failure.Message}");
            return ExitCode.Configuration;
        }

        var configs = KeyValueArgument.ParseAll(parsed.GetValue(Configs)!);
        if (parsed.GetValue(NoAutoCreate))
        {
            configs["auto.create.topics.enable"] = "false";
        }

        var options = new EmbeddedClusterOptions
        {
            Address = address,
            AdvertisedHost = parsed.GetValue(AdvertisedHost) ?? (IsAny(address) ? Dns.GetHostName() : host),
            FirstPort = parsed.GetValue(Port),
            BrokerCount = parsed.GetValue(Brokers),
            DataDirectory = parsed.GetValue(Data),
            BrokerConfigs = configs,
            Listeners = listeners,
            Users = KeyValueArgument.ParseAll(parsed.GetValue(Users)!),
            MaxReauth = TimeSpan.FromMilliseconds(long.TryParse(configs.GetValueOrDefault("connections.max.reauth.ms"), out var reauth)
                ? reauth
                : 0),
        };
        return await BrokerRun.RunAsync(options, topics, RunOptions.VerbosityOf(parsed), ct);
    }

    private static TlsServerOptions? TlsOf(ParseResult parsed, List<string> problems)
    {
        try
        {
            if (parsed.GetValue(TlsKey) is not { } key)
            {
                return null;
            }

            var own = KeyStore.Load(new KeyStoreOptions { Location = key, Type = "PEM" }, TimeProvider.System);
            var trust = parsed.GetValue(TlsClientTrust) is { } file
                ? TrustStore.Load(new TrustStoreOptions { Location = file, Type = "PEM" }, TimeProvider.System)
                : null;
            return new TlsServerOptions
            {
                Certificate = own.Certificate,
                Chain = own.Chain,
                ClientTrust = trust?.Certificates ?? [],
                ClientAuth = trust is null ? TlsClientAuth.None : TlsClientAuth.Required,
            };
        }
        catch (StoreException failure)
        {
            problems.Add($"--tls-key, --tls-client-trust: {failure.Message}");
            return null;
        }
    }

    private static int PortNumber(ArgumentResult result)
    {
        var port = Amount.Whole(result);
        if (port is < 0 or > IPEndPoint.MaxPort && !result.Errors.Any())
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"--port: {port} is not a port from 0 to {IPEndPoint.MaxPort}"));
        }

        return port;
    }

    private static async Task<IPAddress> AddressAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        var found = await Dns.GetHostAddressesAsync(host, ct);
        return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
