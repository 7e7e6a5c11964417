using Anywise.Benchmarks;
using BenchmarkDotNet.Running;

if (args is ["interleaved"])
{
    await Interleaved.RunAsync();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
