using Heliostat.Configuration;
using Heliostat.Configuration.Explaining;

namespace Heliostat.Output;

/// <summary>What <c>heliostat explain</c> prints.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Clusters">The aliases in it.</param>
/// <param name="Flows">The flows that would run, with every setting.</param>
/// <param name="Errors">What must be put right before it runs.</param>
/// <param name="Warnings">Keys without effect, and what else does not do what it says.</param>
/// <param name="Notices">What to know besides.</param>
internal sealed record ExplainedFile(
    string File, IReadOnlyList<string> Clusters, IReadOnlyList<ExplainedFlow> Flows, IReadOnlyList<ConfigurationProblem> Errors,
    IReadOnlyList<ConfigurationProblem> Warnings, IReadOnlyList<ConfigurationProblem> Notices);
