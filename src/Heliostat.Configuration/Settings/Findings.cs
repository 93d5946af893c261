using Heliostat.Configuration.Files;

namespace Heliostat.Configuration.Settings;

/// <summary>Collects all that is wrong and all that the user should know while a configuration is read.</summary>
internal sealed class Findings
{
    private readonly List<ConfigurationProblem> _errors = [];
    private readonly List<ConfigurationProblem> _warnings = [];
    private readonly List<ConfigurationProblem> _notices = [];

    public IReadOnlyList<ConfigurationProblem> Errors => _errors;

    public IReadOnlyList<ConfigurationProblem> Warnings => _warnings;

    /// <summary>What is done other than by the letter, and no worse for it.</summary>
    public IReadOnlyList<ConfigurationProblem> Notices => _notices;

    public void Error(string? key, string message, PropertyEntry? at = null) => _errors.Add(Problem(key, message, at));

    public void Warning(string? key, string message, PropertyEntry? at = null) => _warnings.Add(Problem(key, message, at));

    public void Notice(string? key, string message, PropertyEntry? at = null) => _notices.Add(Problem(key, message, at));

    /// <summary>
    /// Runs <paramref name="read"/>; if it throws, its problems are collected, under <paramref name="key"/> if they name none, and null is
    /// the result.
    /// </summary>
    public T? Try<T>(string? key, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ConfigurationException e)
        {
            _errors.AddRange(e.Problems.Select(p => p with { Key = p.Key ?? key }));
            return null;
        }
    }

    /// <exception cref="ConfigurationException">There were errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            var files = _errors.Select(e => e.File).Distinct().ToList();
            throw new ConfigurationException([.. _errors.OrderBy(e => files.IndexOf(e.File)).ThenBy(e => e.Line)]);
        }
    }

    private static ConfigurationProblem Problem(string? key, string message, PropertyEntry? at) =>
        new() { Key = key, Message = message, File = at?.File, Line = at?.Line ?? 0 };
}
