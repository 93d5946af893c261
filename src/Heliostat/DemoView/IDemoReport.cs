using Heliostat.Demo;
using Heliostat.Demo.Audit;

namespace Heliostat.DemoView;

/// <summary>What a demo prints where there is no terminal to draw on, and at its end.</summary>
internal interface IDemoReport
{
    void Started(DemoSnapshot demo);

    void Progress(DemoSnapshot demo);

    void Happened(DemoEvent happened);

    void Audited(AuditResult audit);
}
