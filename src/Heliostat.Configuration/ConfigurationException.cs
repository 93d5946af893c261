using Heliostat.Protocol;

namespace Heliostat.Configuration;

/// <summary>
/// The configuration cannot be used; <see cref="Problems"/> lists everything that was found wrong, not only the first thing.
/// </summary>
public sealed class ConfigurationException : KafkaException
{
    public ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(string.Join(Environment.NewLine, problems))
    {
        Problems = problems;
    }

    public ConfigurationException(string message)
        : this([new ConfigurationProblem { Message = message }])
    {
    }

    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
        Problems = [new ConfigurationProblem { Message = message }];
    }

    public ConfigurationException()
        : this("the configuration is invalid")
    {
    }

    /// <summary>Every problem, in the order of the files and lines they were found in; never empty.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }
}
