using Heliostat.Mirroring.Audit;

namespace Heliostat.Output;

/// <summary>What <c>heliostat verify --json</c> reports on.</summary>
/// <param name="Subject">The file, or the two clusters.</param>
/// <param name="Verdict">The worst of its flows.</param>
/// <param name="Flows">Each flow.</param>
internal sealed record VerifiedFile(string Subject, AuditVerdict Verdict, IReadOnlyList<AuditReport> Flows);
