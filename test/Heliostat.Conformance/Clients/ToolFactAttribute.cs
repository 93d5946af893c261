using System.Diagnostics;

namespace Heliostat.Conformance.Clients;

/// <summary>A fact that needs a client that may not be installed; it is skipped then, saying which.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    /// <summary>Where npm installed kafkajs: a folder with node_modules in it.</summary>
    public const string KafkaJsFolder = "HELIOSTAT_KAFKAJS";

    public const string Python = "/usr/bin/python3";

    private static readonly Dictionary<string, Lazy<string?>> Missing = new()
    {
        ["kcat"] = new(() => OnPath("kcat") ? null : "kcat is not on the PATH"),
        ["confluent_kafka"] = new(() => Module("confluent_kafka") ? null : "python3-confluent-kafka is not installed"),
        ["kafka"] = new(() => Module("kafka") ? null : "python3-kafka is not installed"),
        ["kafkajs"] = new(() => !OnPath("node") ? "node is not on the PATH"
            : Directory.Exists(Path.Combine(Environment.GetEnvironmentVariable(KafkaJsFolder) ?? "", "node_modules", "kafkajs")) ? null
            : $"{KafkaJsFolder} does not name a folder in which npm installed kafkajs"),
    };

    public ToolFactAttribute(string tool)
    {
        Skip = Missing[tool].Value;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static bool Module(string name)
    {
        if (!File.Exists(Python)) return false;

        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {name}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true
        })!;
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
