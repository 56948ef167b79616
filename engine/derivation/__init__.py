"""Write-ups: the steps of a derivation, judged one by one; what is wrong with a wrong one."""
