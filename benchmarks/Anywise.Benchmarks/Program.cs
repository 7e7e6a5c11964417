using Anywise.Benchmarks;
using BenchmarkDotNet.Running;

switch (args)
{
    case ["interleaved"]:
        await Interleaved.SavingAsync();
        await Interleaved.DispatchingAsync();
        break;
    case ["interleaved", "save"]:
        await Interleaved.SavingAsync();
        break;
    case ["interleaved", "dispatch"]:
        await Interleaved.DispatchingAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
