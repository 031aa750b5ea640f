using Xunit.Abstractions;
using Xunit.Sdk;

namespace InnovationScale;

/// <summary>
/// A claim of a contract. A class that passes it with the help of something that may not be on this machine says so with
/// <see cref="NeedsAttribute"/>; its claims are then skipped there.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("InnovationScale.ContractFactDiscoverer", "InnovationScale.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>
/// What a class of tests needs besides the project. Where it is absent they are skipped and say so; under CI=true nothing may be skipped, so
/// there they run and fail.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class NeedsAttribute : Attribute
{
    /// <summary>Why the tests cannot run here; null where they can or must.</summary>
    public abstract string? Missing { get; }
}

internal sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new ContractTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

internal sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("For deserialisation.")]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method) : base(messages, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute) ?? TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttributes(inherit: true).OfType<NeedsAttribute>().FirstOrDefault()?.Missing;
}
